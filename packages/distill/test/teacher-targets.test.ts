import { collectTeacherTargets, defaultHintPlan, hintGeometry } from "@cnntargz/distill";
import {
  floatLayers,
  loadBackend,
  predict,
  student9x16,
  tapActivations,
  teacher9x16,
} from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { seededRng, trackSource, untrained } from "./networks.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

const context = { rng: seededRng("4/0") };
const source = trackSource(seededRng("4/1"), 100);
const geometries = defaultHintPlan.hints.map((hint) =>
  hintGeometry(hint, student9x16, teacher9x16),
);
const teacher = () => untrained(teacher9x16, seededRng("4/2"));
const collect = (maxBytes: number) =>
  collectTeacherTargets(teacher(), floatLayers, source, geometries, {
    batchSize: 32,
    maxBytes,
    context,
  });

describe("collectTeacherTargets", () => {
  it("gives the Teacher's outputs, and its activations over their root mean square", async () => {
    const targets = await collect(1e9);
    expect(targets.isPrecomputed).toBe(true);
    const options = { batchSize: 100, context };
    const outputs = await predict(teacher(), floatLayers, source, options);
    const taps = await tapActivations(teacher(), floatLayers, source, ["conv1b"], options);
    const indices = Uint32Array.from([17, 3, 99]);
    expect([...targets.predictions(indices)]).toEqual([
      ...outputs.slice(34, 36),
      ...outputs.slice(6, 8),
      ...outputs.slice(198, 200),
    ]);
    // The middle 5 x 12 of the Teacher's 9 x 16.
    const tap = taps["conv1b"]!;
    const middle = (event: number): number[] =>
      Array.from({ length: 600 }, (_, e) => {
        const [row, column, channel] = [
          Math.floor(e / 120) + 2,
          (Math.floor(e / 10) % 12) + 2,
          e % 10,
        ];
        return tap[((event * 9 + row) * 16 + column) * 10 + channel]!;
      });
    const all = Array.from({ length: 100 }, (_, event) => middle(event)).flat();
    const rms = Math.sqrt(all.reduce((sum, value) => sum + value * value, 0) / all.length);
    const [aim] = targets.aims(indices, source.batch(indices));
    const expected = [17, 3, 99].flatMap((event) => middle(event).map((value) => value / rms));
    expect(aim!.shape).toEqual([3, 600]);
    for (const [i, value] of aim!.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 4);
    targets.dispose();
  });

  it("asks the Teacher again when memory is short, with the same answers and no leak", async () => {
    const before = tf.memory().numTensors;
    const [stored, asked] = await Promise.all([collect(1e9), collect(100 * 746 * 4 - 1)]);
    expect(asked.isPrecomputed).toBe(false);
    const indices = Uint32Array.from([5, 50]);
    const batch = source.batch(indices);
    const pairs = [stored, asked].map((targets) => {
      const aims = targets.aims(indices, batch);
      const values = aims.flatMap((aim) => [...aim.dataSync()]);
      tf.dispose(aims);
      return values;
    });
    expect(pairs[0]).toHaveLength(2 * 746);
    for (const [i, value] of pairs[1]!.entries()) expect(value).toBeCloseTo(pairs[0]![i]!, 4);
    stored.dispose();
    asked.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses a Teacher layer that gives only zeros", async () => {
    const dead = teacher();
    dead.weights["dense2/bias"]!.values.fill(-1000);
    const before = tf.memory().numTensors;
    await expect(
      collectTeacherTargets(dead, floatLayers, source, geometries, {
        batchSize: 32,
        maxBytes: 1e9,
        context,
      }),
    ).rejects.toThrow(/layer dense2 of teacher9x16 gives nothing but zeros/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
