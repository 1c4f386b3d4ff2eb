import type { NetworkSpec } from "@cnntargz/contracts";
import {
  buildModel,
  floatLayers,
  loadBackend,
  student9x16,
  studentFull9x384,
  teacher9x16,
} from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

it.each<NetworkSpec>([student9x16, teacher9x16, studentFull9x384])(
  "the gradient of $name is its slope: gradients agree with finite differences",
  (spec) => {
    const model = buildModel(spec, floatLayers, createRng([5, 5]));
    const [height, width, channels] = spec.inputShape;
    const images = tf.randomUniform([12, height, width, channels], 0, 1, "float32", 3);
    const targets = tf.randomUniform([12, 2], -1, 1, "float32", 4);
    const wanted = targets.dataSync();
    const loss = (): tf.Scalar => {
      const predictions = model.apply(images, { training: true }) as tf.Tensor;
      return tf.mean(tf.square(tf.sub(predictions, targets)));
    };
    /** The same in double precision, but for the forward pass. */
    const preciseLoss = (): number => {
      const predictions = model.apply(images) as tf.Tensor;
      const outputs = predictions.dataSync<"float32">();
      predictions.dispose();
      return outputs.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2 / outputs.length, 0);
    };
    const variables = model.trainableWeights.map(
      ({ name }) => tf.engine().registeredVariables[name]!,
    );
    // Behind a dead pixel a bias of 0 sits exactly on the kink of its ReLU.
    for (const bias of variables.filter(({ rank }) => rank === 1)) {
      tf.tidy(() => {
        bias.assign(tf.randomUniform(bias.shape, 0.02, 0.1, "float32", 7));
      });
    }
    const { value, grads } = tf.variableGrads(loss, variables);

    for (const variable of variables) {
      const gradient = Float64Array.from(grads[variable.name]!.dataSync());
      const norm = Math.hypot(...gradient);
      expect(norm, variable.name).toBeGreaterThan(0);
      const start = Float32Array.from(variable.dataSync());
      // Steps along the gradient, short enough that next to no ReLU changes sides.
      const at = (step: number): number => {
        const moved = start.map((weight, i) => weight + (step * gradient[i]!) / norm);
        tf.tidy(() => {
          variable.assign(tf.tensor(moved, variable.shape));
        });
        return preciseLoss();
      };
      const step = 2e-3;
      const slope = (at(step) - at(-step)) / (2 * step);
      at(0);
      expect(Math.abs(slope - norm) / norm, `${variable.name}: ${slope}, ${norm}`).toBeLessThan(
        0.03,
      );
    }
    tf.dispose([value, grads, images, targets]);
    model.dispose();
  },
);
