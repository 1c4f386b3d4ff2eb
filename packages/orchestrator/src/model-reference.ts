import type { BatchSource, IntegerNetwork, TrainedModel } from "@cnntargz/contracts";
import { castReal, compileNetwork, fractionBits } from "@cnntargz/fixed-point";

/** What a firmware's network is to compute: the integers it was made from, or a model's own outputs. */
export type ModelReference =
  | { readonly kind: "integers"; readonly name: string; readonly network: IntegerNetwork }
  | { readonly kind: "float"; readonly name: string; readonly model: TrainedModel };

const BATCH_SIZE = 1000;

/** Images as numbers, for a model in floating point. */
function sourceOf(values: Float64Array, shape: IntegerNetwork["inputShape"]): BatchSource {
  const size = shape[0] * shape[1] * shape[2];
  const floats = Float32Array.from(values);
  const count = values.length / size;
  return {
    count,
    imageShape: shape,
    batch(indices) {
      const rows = Array.from(indices);
      const images = new Float32Array(rows.length * size);
      rows.forEach((row, i) => {
        images.set(floats.subarray(row * size, (row + 1) * size), i * size);
      });
      const targets = new Float32Array(2 * rows.length);
      return { images, targets, hasEta: new Uint8Array(rows.length), count: rows.length };
    },
  };
}

async function outputsOfModel(
  model: TrainedModel,
  values: Float64Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { floatLayers, loadBackend, predict } = await import("@cnntargz/models");
  const { createRng, deriveKey } = await import("@cnntargz/stage-kit");
  await loadBackend({ name: "cpu", kernels: null });
  const { quantScheme } = model;
  const layers =
    quantScheme === null
      ? floatLayers
      : (await import("@cnntargz/quant/tfjs")).quantizedLayers(quantScheme);
  const context = { rng: createRng(deriveKey(0, "reference")), signal };
  const source = sourceOf(values, model.spec.inputShape);
  return Float64Array.from(
    await predict(model, layers, source, { batchSize: BATCH_SIZE, context }),
  );
}

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
  if (reference.kind === "float") return outputsOfModel(reference.model, values, signal);
  const { network } = reference;
  const images = values.map((value) => Number(castReal(value, network.inputType)));
  return outputNumbers(network, compileNetwork(network).run(images, count));
}
