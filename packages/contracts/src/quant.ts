import { z } from "zod";

/** A quantizer in QKeras' notation, such as `quantized_bits(4,0,alpha='auto_po2')`. */
export const QuantizerNotation = z.string().min(1);

/** Quantizers of one layer; what is left out stays in floating point. */
export const LayerQuantizers = z.strictObject({
  kernel: QuantizerNotation.optional(),
  bias: QuantizerNotation.optional(),
  activation: QuantizerNotation.optional(),
});
export type LayerQuantizers = z.infer<typeof LayerQuantizers>;

/**
 * Which quantizers a network is trained with: looked up by layer name, then by layer kind, then
 * the default.
 */
export const QuantScheme = z.strictObject({
  ...{ kind: z.literal("quant-scheme"), schemaVersion: z.literal(1) },
  /** Such as `4 bit`, for tables. */
  label: z.string(),
  byName: z.record(z.string(), LayerQuantizers).default({}),
  byKind: z.partialRecord(z.enum(["conv2d", "dense"]), LayerQuantizers).default({}),
  default: LayerQuantizers.default({}),
});
export type QuantScheme = z.output<typeof QuantScheme>;
