import { RULES, WIDE_PRODUCT } from "./coefficients.js";
import { dspOfProduct, type Kernel } from "./kernel.js";
import { type Cost, within } from "./layer-cost.js";

/** LUTs and flip-flops beside the DSP blocks of products that need several of them. */
export function wideProductCosts(
  kernel: Kernel,
  isPipelined: boolean,
  units: number,
): readonly Cost[] {
  const { lut, ff } = isPipelined ? WIDE_PRODUCT.pipelined : WIDE_PRODUCT.unpipelined;
  const share = (units * dspOfProduct(kernel)) / WIDE_PRODUCT.dsp;
  return [
    within("lut", lut * share, RULES.singleSourceFactor90),
    within("ff", ff * share, RULES.singleSourceFactor90),
  ];
}
