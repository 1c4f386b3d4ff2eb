import type { Batch } from "@cnntargz/contracts";
import { constantLoss, loadBackend, squaredErrors, supervisedObjective } from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import { arraySource } from "./track-source.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

const unit = fc.float({ min: -1, max: 1, noNaN: true });
const example = fc.record({ pt: unit, eta: unit, ptHat: unit, etaHat: unit, muon: fc.boolean() });
const batchOf = (examples: { pt: number; eta: number; muon: boolean }[]): Batch => ({
  images: new Float32Array(examples.length),
  targets: Float32Array.from(examples.flatMap(({ pt, eta }) => [pt, eta])),
  hasEta: Uint8Array.from(examples, ({ muon }) => Number(muon)),
  count: examples.length,
});

describe("squared error", () => {
  it("leaves out the eta of background", () => {
    const batch = batchOf([
      { pt: 0.5, eta: 0.25, muon: true },
      { pt: 0, eta: 99, muon: false },
    ]);
    expect([...squaredErrors([1, 1, 0.5, 0], batch, 2)]).toEqual([0.25 + 2 * 0.5625, 0.25]);
  });

  it("is what the default objective makes small, gradient included", () => {
    fc.assert(
      fc.property(fc.array(example, { minLength: 1, maxLength: 9 }), unit, (examples, w) => {
        const etaWeight = Math.abs(w);
        const batch = batchOf(examples);
        const n = batch.count;
        const values = Float32Array.from(examples.flatMap(({ ptHat, etaHat }) => [ptHat, etaHat]));
        const weights = examples.flatMap(({ muon }) => [1, muon ? etaWeight : 0]);
        const [loss, gradient] = tf.tidy(() => {
          const { value, grad } = tf.valueAndGrad((predictions) =>
            supervisedObjective.loss({
              predictions: predictions as tf.Tensor2D,
              values,
              targets: tf.tensor2d(batch.targets, [n, 2]),
              termWeights: tf.tensor2d(weights, [n, 2]),
              taps: {},
              batch,
              indices: new Uint32Array(n),
              etaWeight,
              progress: 0,
            }),
          )(tf.tensor2d(values, [n, 2]));
          return [value.dataSync()[0]!, [...grad.dataSync()]];
        });
        const mean = squaredErrors(values, batch, etaWeight).reduce((sum, e) => sum + e / n, 0);
        expect(loss).toBeCloseTo(mean, 5);
        for (const [i, slope] of gradient.entries()) {
          expect(slope).toBeCloseTo((2 * weights[i]! * (values[i]! - batch.targets[i]!)) / n, 5);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("has a best constant predictor that no other constant beats", () => {
    const examples = fc.array(example, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(examples, unit, unit, fc.integer({ min: 1, max: 50 }), (given, pt, eta, size) => {
        const batch = batchOf(given);
        const { images, targets, hasEta, count } = batch;
        const source = arraySource(images, targets, hasEta, [1, 1, 1]);
        const floor = constantLoss(source, 0.5, size);
        const predictions = Array.from({ length: count }, () => [pt, eta]).flat();
        const loss = squaredErrors(predictions, batch, 0.5).reduce((sum, e) => sum + e, 0) / count;
        expect(floor).toBeLessThanOrEqual(loss + 1e-12);
      }),
    );
  });

  it("measures the best constant by the variances", () => {
    const images = new Float32Array(3);
    const targets = Float32Array.from([1, 0.5, 0, 77, 0.5, 0]);
    const source = arraySource(images, targets, Uint8Array.from([1, 0, 1]), [1, 1, 1]);
    expect(constantLoss(source, 2, 2)).toBeCloseTo((0.5 + 2 * 0.125) / 3, 12);
  });
});
