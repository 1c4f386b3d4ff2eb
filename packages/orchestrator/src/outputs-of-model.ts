import type { BatchSource, IntegerNetwork, TrainedModel } from "@cnntargz/contracts";
import { floatLayers, loadBackend, predict } from "@cnntargz/models";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

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

/** Outputs (count, outputs) of a model in floating point, for images (count, h, w, c) as numbers. */
export async function outputsOfModel(
  model: TrainedModel,
  values: Float64Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  await loadBackend({ name: "cpu", kernels: null });
  const { quantScheme } = model;
  const layers = quantScheme === null ? floatLayers : quantizedLayers(quantScheme);
  const context = { rng: createRng(deriveKey(0, "reference")), signal };
  const source = sourceOf(values, model.spec.inputShape);
  return Float64Array.from(
    await predict(model, layers, source, { batchSize: BATCH_SIZE, context }),
  );
}
