import type { KernelClock } from "./delay.js";
import type { Kernel, KernelPrice } from "./kernel.js";
import { priceShared } from "./shared-kernel.js";
import { priceUnrolled } from "./unrolled-kernel.js";
import type { KernelCoefficients } from "./coefficients.js";
import { FITTED } from "./fitted-coefficients.js";

/**
 * Price one matrix-vector product of hls4ml's `latency` or `resource` kernels, as HLS C-synthesis
 * would report it; what estimates of dense layers and of whole plans both rest on.
 *
 * @param extraDelayNs logic after the adder tree, such as an activation
 */
export function priceKernel(
  kernel: Kernel,
  clock: KernelClock,
  extraDelayNs = 0,
  coefficients: KernelCoefficients = FITTED,
): KernelPrice {
  return kernel.strategy === "resource" && kernel.reuseFactor > 1
    ? priceShared(kernel, clock, extraDelayNs, coefficients.shared)
    : priceUnrolled(kernel, clock, extraDelayNs, coefficients.unrolled);
}
