import {
  CnntargzError,
  type LayerQuantizers,
  type NetworkSpec,
  optionsCheck,
  type QuantScheme,
  z,
} from "@cnntargz/contracts";

import { isPowerOfTwo } from "./float32.js";
import { formatQuantizer } from "./notation.js";
import type { QuantizedBits } from "./quantizer.js";

/** What may differ from layer to layer of an {@link nBitScheme}. */
export interface NBitOptions {
  /** Bits left of the binary point of each layer's activations, by layer name; 0 when left out. */
  readonly activationInteger?: Readonly<Record<string, number>>;
  /** Bits left of the binary point of each layer's biases, by layer name; 0 (range [-1, 1]) when left out. */
  readonly biasInteger?: Readonly<Record<string, number>>;
  /** How kernels are scaled: per channel to the best power of two (the default), or not. */
  readonly alpha?: "auto_po2" | 1;
}

const integerBits = z.record(z.string(), z.int().min(-64).max(64));
const checkOptions = optionsCheck<NBitOptions>("nBitScheme", {
  activationInteger: integerBits.optional(),
  biasInteger: integerBits.optional(),
  alpha: z.literal(["auto_po2", 1]).optional(),
});

/**
 * The scheme of the original Students: every layer with weights but the last has kernels
 * `quantized_bits(n,0,1,alpha='auto_po2')`, biases `quantized_bits(n,0,1)` and, after a ReLU,
 * activations `quantized_relu(n,i)`. The last one stays in floating point until `freezeOutput`.
 *
 * An average pool whose window is no power of two rounds its means like the activations before it,
 * for such means are not exact in binary.
 *
 * @throws CnntargzError `config` when `bits` is not a whole number in 2..16, an option is unknown
 * or wrong, or names no layer with weights.
 */
export function nBitScheme(
  spec: NetworkSpec,
  bits: number,
  options: NBitOptions = {},
): QuantScheme {
  checkOptions(options);
  const { activationInteger = {}, biasInteger = {}, alpha = "auto_po2" } = options;
  if (!Number.isInteger(bits) || bits < 2 || bits > 16) {
    throw new CnntargzError("config", `bits is ${bits}, it must be a whole number in 2..16`);
  }
  const weighted = spec.layers.filter(({ kind }) => kind === "conv2d" || kind === "dense");
  const last = weighted.at(-1);
  const hidden = new Set(weighted.filter((layer) => layer !== last).map(({ name }) => name));
  for (const [option, record] of Object.entries({ activationInteger, biasInteger })) {
    const foreign = Object.keys(record).find((name) => !hidden.has(name));
    if (foreign !== undefined) {
      throw new CnntargzError(
        "config",
        `${option} names ${foreign}, which is no quantized layer of ${spec.name}; those are ${[...hidden].join(", ")}`,
      );
    }
  }

  const weights = (integer: number, scale: QuantizedBits["alpha"]): string =>
    formatQuantizer({
      kind: "quantized_bits",
      bits,
      integer,
      symmetric: true,
      keepNegative: true,
      alpha: scale,
    });
  const byName: Record<string, LayerQuantizers> = {};
  let activation: string | undefined;
  for (const layer of spec.layers) {
    if (layer.kind === "averagePool2d") {
      if (activation !== undefined && !isPowerOfTwo(layer.poolSize[0] * layer.poolSize[1])) {
        byName[layer.name] = { activation };
      }
    }
    if (layer.kind !== "conv2d" && layer.kind !== "dense") continue;
    if (!hidden.has(layer.name)) continue;
    activation =
      layer.activation === "relu"
        ? `quantized_relu(${bits},${activationInteger[layer.name] ?? 0})`
        : undefined;
    byName[layer.name] = {
      kernel: weights(0, alpha),
      bias: weights(biasInteger[layer.name] ?? 0, null),
      ...(activation !== undefined && { activation }),
    };
  }
  return {
    kind: "quant-scheme",
    schemaVersion: 1,
    label: `${bits} bit`,
    byName,
    byKind: {},
    default: {},
  };
}
