export type {
  Alpha,
  Binary,
  QuantizedBits,
  QuantizedLinear,
  QuantizedRelu,
  QuantizedReluPo2,
  QuantizedSigmoid,
  QuantizedTanh,
  Quantizer,
  Ternary,
} from "./quantizer.js";
export { formatQuantizer, parseQuantizer, quantizerNames } from "./notation.js";
export type { Quantized } from "./quantized.js";
export { quantize } from "./quantize.js";
export { quantizeGradient } from "./quantize-gradient.js";
export { type EvaluatedQuantizer, evaluateQuantizer } from "./evaluate-quantizer.js";
export { type Noise, noiseFor } from "./stochastic.js";
export { quantizersFor } from "./scheme.js";
export { type NBitOptions, nBitScheme } from "./n-bit-scheme.js";
export { type IntegerNetworkOptions, toIntegerNetwork } from "./to-integer-network.js";
export { uniformNetwork } from "./uniform-network.js";
export {
  calibrateScheme,
  type CalibrationOptions,
  integerBitsFor,
  positivePercentile,
} from "./calibrate-scheme.js";
export { freezeOutput, type FreezeOptions, type FrozenOutput } from "./freeze-output.js";
export { countEbops, effectiveBits, type LayerEbops, type NetworkEbops } from "./count-ebops.js";
export { formatQuantSummary, printQuantSummary } from "./quant-summary.js";
export { profileNetwork, type ProfileOptions } from "./profile-network.js";
export { formatProfile } from "./format-profile.js";
export { type ProfiledSignal, profileFigure } from "./profile-figure.js";
