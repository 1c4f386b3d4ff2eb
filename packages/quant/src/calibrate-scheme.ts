import {
  anyObject,
  CnntargzError,
  type NamedWeights,
  type NetworkSpec,
  optionsCheck,
  type QuantScheme,
  z,
} from "@cnntargz/contracts";

import { type NBitOptions, nBitScheme } from "./n-bit-scheme.js";

/** How ranges are read from samples. */
export interface CalibrationOptions {
  /** Which part of the positive samples the range covers; 0.999 when left out. */
  readonly percentile?: number;
  /** Fewest integer bits given; 0 when left out, which is the least that QKeras takes. */
  readonly leastInteger?: number;
  /** Trained weights: biases then get the integer bits that hold all of them. */
  readonly weights?: NamedWeights;
  readonly alpha?: NBitOptions["alpha"];
}

const checkOptions = optionsCheck<CalibrationOptions>("calibrateScheme", {
  percentile: z.number().gt(0).max(1).optional(),
  leastInteger: z.int().min(-64).max(64).optional(),
  weights: anyObject.optional(),
  alpha: z.literal(["auto_po2", 1]).optional(),
});

/**
 * The smallest integer bits i, at least `least`, whose range reaches `largest`:
 * `largest` <= 2^i - 2^(i - bits), the largest value of quantized_relu(bits,i).
 */
export function integerBitsFor(largest: number, bits: number, least = 0): number {
  let integer = least;
  while (2 ** integer - 2 ** (integer - bits) < largest) integer += 1;
  return integer;
}

/**
 * The value below which `percentile` (0..1] of the positive `samples` lie, by nearest rank; 0 without
 * any. Zeros and negative values, which a ReLU does not pass, do not count.
 *
 * @throws CnntargzError `config` when `percentile` is not in (0, 1]; `contract` when a sample is not finite.
 */
export function positivePercentile(samples: Float32Array, percentile: number): number {
  if (!(percentile > 0 && percentile <= 1)) {
    throw new CnntargzError("config", `percentile is ${percentile}, it must be in (0, 1]`);
  }
  const odd = samples.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new CnntargzError("contract", `sample ${odd} is ${samples[odd]!}`);
  const positive = samples.filter((value) => value > 0).sort();
  if (positive.length === 0) return 0;
  return positive[Math.ceil(percentile * positive.length) - 1]!;
}

/**
 * An {@link nBitScheme} with integer bits that fit what the layers compute.
 *
 * `activations`: per layer name samples of its activations before quantization (from the network in
 * floating point), or just their maxima. Rule: a layer's activations get the fewest integer bits
 * whose range quantized_relu(bits,i) reaches the given percentile of their positive samples; what
 * lies above saturates. Layers without samples get `leastInteger`.
 *
 * @throws CnntargzError `config` when a name is no quantized layer or an option is out of range.
 */
export function calibrateScheme(
  spec: NetworkSpec,
  bits: number,
  activations: Readonly<Record<string, Float32Array>>,
  options: CalibrationOptions = {},
): QuantScheme {
  checkOptions(options);
  const { percentile = 0.999, leastInteger = 0, weights, alpha = "auto_po2" } = options;
  const plain = nBitScheme(spec, bits, { alpha });
  const layers = spec.layers.filter(
    ({ kind, name }) => (kind === "conv2d" || kind === "dense") && name in plain.byName,
  );
  const activationInteger: Record<string, number> = {};
  const biasInteger: Record<string, number> = {};
  for (const name of Object.keys(activations)) {
    // nBitScheme names the layers that can be calibrated.
    activationInteger[name] = leastInteger;
  }
  for (const { name } of layers) {
    const samples = activations[name];
    const largest = samples === undefined ? 0 : positivePercentile(samples, percentile);
    activationInteger[name] = integerBitsFor(largest, bits, leastInteger);
    const bias = weights?.[`${name}/bias`];
    if (bias !== undefined) {
      const magnitude = bias.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // One of the bits of a bias is its sign.
      biasInteger[name] = integerBitsFor(magnitude, bits - 1);
    }
  }
  return nBitScheme(spec, bits, { activationInteger, biasInteger, alpha });
}
