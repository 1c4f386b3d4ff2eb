import type { Activation, FixedPointType } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import { FITTED } from "./fitted-coefficients.js";
import { type Cost, exactly, within } from "./layer-cost.js";

/** Additions and comparisons of a cast to `resultType`: rounding, then saturation and relu at once, in ns. */
export function activationDelayNs(activation: Activation, resultType: FixedPointType): number {
  const rounds = resultType.rounding !== "TRN";
  const compares = activation === "relu" || resultType.overflow !== "WRAP";
  return (rounds ? FITTED.delaysNs.addition : 0) + (compares ? FITTED.delaysNs.maximum : 0);
}

/** What turns one position's sums of `fromType` into results, and the registers that keep these. */
export function activationCosts(
  activation: Activation,
  fromType: FixedPointType,
  {
    outputShape,
    resultType,
  }: { readonly outputShape: readonly number[]; readonly resultType: FixedPointType },
): readonly Cost[] {
  const channels = outputShape[2]!;
  const registers = exactly("ff", channels * resultType.width);
  if (activationDelayNs(activation, resultType) === 0) return [registers];
  const lut = RULES.activationLutPerBit * channels * fromType.width;
  return [within("lut", lut, RULES.singleSourceFactor90), registers];
}
