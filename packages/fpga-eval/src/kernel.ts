import type { FixedPointType, HlsStrategy } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import type { KernelClock } from "./delay.js";
import { dspPerProduct } from "./dsp.js";
import type { KernelStatistics } from "./kernel-statistics.js";
import type { BandFactors, Cost } from "./layer-cost.js";

/** One matrix-vector product, as far as its price goes. */
export interface Kernel {
  readonly inputs: number;
  readonly outputs: number;
  readonly strategy: HlsStrategy;
  readonly reuseFactor: number;
  readonly inputType: FixedPointType;
  readonly weightType: FixedPointType;
  readonly accumulatorType: FixedPointType;
  readonly statistics: KernelStatistics;
  /** Bits that the weights of the last multiplier need: HLS trims the memory they come from. */
  readonly lastWeightBits: number;
}

/** What a kernel takes, and how long. */
export interface KernelPrice {
  readonly costs: readonly Cost[];
  /** Cycles that the kernel works on one vector. */
  readonly computeCycles: number;
  /** Cycles between two vectors when the kernel stands alone. */
  readonly intervalCycles: number;
}

/** Bits of an operand of a signed multiplier. */
export function operandBits(type: FixedPointType): number {
  return type.width + (type.signed ? 0 : 1);
}

/** Whether products by constants may go to DSP blocks: both operands have eight bits or more. */
export function reachesDsp(inputType: FixedPointType, weightType: FixedPointType): boolean {
  return Math.min(operandBits(inputType), operandBits(weightType)) >= RULES.dspOperandBits;
}

/** DSP blocks of one product of the kernel. */
export function dspOfProduct({ inputType, weightType, accumulatorType }: Kernel): number {
  return dspPerProduct(operandBits(inputType), operandBits(weightType), accumulatorType.width);
}

/** Whether `size` is on the grid of sizes that the dense reports have. */
const isReportedSize = (size: number) => size >= 32 && size <= 256 && size % 32 === 0;

/** Whether the kernel is of the kind that the dense reports hold: tool, clock, types and size. */
function isMeasured(kernel: Kernel, clock: KernelClock): boolean {
  return (
    clock.backend === "vivado" &&
    clock.clockPeriodNs === 5 &&
    kernel.inputType.width === 16 &&
    kernel.accumulatorType.width === 16 &&
    kernel.weightType.width <= 16 &&
    isReportedSize(kernel.inputs) &&
    isReportedSize(kernel.outputs)
  );
}

/** The band that held nine of ten left-out dense reports, widened by `elsewhere` for other kernels. */
export function bandFor(
  kernel: Kernel,
  clock: KernelClock,
  measured: BandFactors,
  elsewhere: number,
): BandFactors {
  if (isMeasured(kernel, clock)) return measured;
  return [Math.min(measured[0], 1 / elsewhere), Math.max(measured[1], elsewhere)];
}
