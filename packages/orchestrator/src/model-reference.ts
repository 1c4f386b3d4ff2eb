import type { IntegerNetwork, TrainedModel } from "@cnntargz/contracts";
import { castReal, compileNetwork, fractionBits } from "@cnntargz/fixed-point";

/** What a firmware's network is to compute: the integers it was made from, or a model's own outputs. */
export type ModelReference =
  | { readonly kind: "integers"; readonly name: string; readonly network: IntegerNetwork }
  | { readonly kind: "float"; readonly name: string; readonly model: TrainedModel };

/** Outputs of a network as numbers. */
export function outputNumbers(network: IntegerNetwork, outputs: Float64Array): Float64Array {
  const unit = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  return outputs.map((value) => value * unit);
}

/**
 * What the reference gives for images, as numbers.
 *
 * @param values (count, h, w, c), numbers; integers take them as a C++ assignment does
 */
export async function referenceOutputs(
  reference: ModelReference,
  values: Float64Array,
  count: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  if (reference.kind === "float") {
    // Loaded here, so that integers do not wait for TensorFlow.
    const { outputsOfModel } = await import("./outputs-of-model.js");
    return outputsOfModel(reference.model, values, signal);
  }
  const { network } = reference;
  const images = values.map((value) => Number(castReal(value, network.inputType)));
  return outputNumbers(network, compileNetwork(network).run(images, count));
}
