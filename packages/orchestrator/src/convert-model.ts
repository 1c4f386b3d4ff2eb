import { CnntargzError, type IntegerNetwork, type TrainedModel } from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";
import { toIntegerNetwork, uniformNetwork } from "@cnntargz/quant";

/** What is asked of the network that a trained model becomes. */
export interface ModelRequest {
  /** How types of a trained model's network are found; `interval` when left out. */
  readonly typeRule?: "interval" | "hls4ml" | undefined;
  /** The one type of a network trained in floating point, such as `ap_fixed<32,16>`. */
  readonly precision?: string | undefined;
}

/** hls4ml's type of what no quantizer speaks of. */
const HLS4ML_DEFAULT = "ap_fixed<16,6>";

/**
 * The integer network of a trained model.
 *
 * @param file what errors call it
 * @throws CnntargzError `config` when types are missing or asked for twice; what the conversion throws.
 */
export function convertModel(
  model: TrainedModel,
  file: string,
  { precision, typeRule = "interval" }: ModelRequest,
): IntegerNetwork {
  if (model.quantScheme === null) {
    if (precision === undefined) {
      throw new CnntargzError(
        "config",
        `${file} was trained in floating point: say in which fixed-point type its firmware shall compute, such as --precision ap_fixed<32,16>`,
      );
    }
    return uniformNetwork(model, parseType(precision));
  }
  if (precision !== undefined) {
    throw new CnntargzError(
      "config",
      `${file} was trained with quantizers, which say its types: leave out --precision ${precision}`,
    );
  }
  if (typeRule === "interval") return toIntegerNetwork(model, { typeRule });
  return hls4mlNetwork(model, true);
}

/**
 * A quantized model with the types that hls4ml gives it, ap_fixed<16,6> where there is no quantizer.
 *
 * @param alphaLayers scales of weights in layers of their own, as hls4ml has them
 */
export function hls4mlNetwork(model: TrainedModel, alphaLayers: boolean): IntegerNetwork {
  const type = parseType(HLS4ML_DEFAULT);
  const { byName, byKind, default: other } = model.quantScheme!;
  const unquantized = model.spec.layers.flatMap(({ name, kind }) => {
    if (kind !== "conv2d" && kind !== "dense") return [];
    const { kernel } = byName[name] ?? byKind[kind] ?? other;
    return kernel === undefined ? [[name, { weight: type, bias: type }] as const] : [];
  });
  return toIntegerNetwork(model, {
    typeRule: "hls4ml",
    alphaLayers,
    weightTypes: Object.fromEntries(unquantized),
  });
}
