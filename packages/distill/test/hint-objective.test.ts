import type { Batch, HintPlan } from "@cnntargz/contracts";
import {
  collectTeacherTargets,
  createHintObjective,
  defaultHintPlan,
  hintGeometry,
  type HintObjective,
  type TeacherTargets,
} from "@cnntargz/distill";
import {
  errorsPerExample,
  floatLayers,
  loadBackend,
  type Objective,
  type ObjectiveInput,
  student9x16,
  teacher9x16,
  trainModel,
} from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { seededRng, studentRequest, untrained } from "./networks.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

const n = 6;
const etaWeight = 0.5;
const gammas = [0.3, 0.7, 1.1];
const hints = defaultHintPlan.hints.map((hint, i) => ({ ...hint, gamma: gammas[i]! }));
const geometries = hints.map((hint) => hintGeometry(hint, student9x16, teacher9x16));

/** Numbers in [-1, 1), different for each purpose. */
function draw(purpose: number, count: number): Float32Array {
  const words = new Uint32Array(4);
  return Float32Array.from({ length: count }, (_, i) => {
    seededRng(`3/${purpose}`).block(i, 0, words);
    return words[0]! / 2 ** 31 - 1;
  });
}

const batch: Batch = {
  images: new Float32Array(n * 144),
  targets: draw(0, 2 * n),
  hasEta: Uint8Array.from([1, 0, 1, 1, 0, 1]),
  count: n,
};
const studentValues = draw(1, 2 * n);
// Nearer to the label for most examples, but not for all.
const teacherValues = draw(2, 2 * n).map((value, i) => batch.targets[i]! + 0.7 * value);
const tapShapes: Record<string, number[]> = {
  conv1b: [n, 5, 12, 1],
  conv2b: [n, 1, 8, 6],
  dense2: [n, 10],
};
const tapValues = Object.fromEntries(
  Object.entries(tapShapes).map(([name, shape], i) => [
    name,
    draw(
      10 + i,
      shape.reduce((a, b) => a * b),
    ),
  ]),
);
const aimValues = geometries.map(({ elements }, i) => draw(20 + i, n * elements));

const targets: TeacherTargets = {
  isPrecomputed: true,
  predictions: () => teacherValues,
  aims: () => geometries.map(({ elements }, i) => tf.tensor2d(aimValues[i]!, [n, elements])),
  dispose: () => undefined,
};

/** An objective whose maps have learned something. */
function create(plan: HintPlan): HintObjective {
  const objective = createHintObjective(plan, geometries, targets, student9x16);
  for (const [i, variable] of objective.extraVariables.entries()) {
    tf.tidy(() => {
      variable.assign(tf.mul(tf.tensor(draw(30 + i, variable.size), variable.shape), 0.1));
    });
  }
  return objective;
}

const input = (progress: number): ObjectiveInput => ({
  predictions: tf.tensor2d(studentValues, [n, 2]),
  values: studentValues,
  targets: tf.tensor2d(batch.targets, [n, 2]),
  termWeights: tf.tensor2d(
    [...batch.hasEta].flatMap((muon) => [1, muon * etaWeight]),
    [n, 2],
  ),
  taps: Object.fromEntries(
    Object.entries(tapShapes).map(([name, shape]) => [name, tf.tensor(tapValues[name]!, shape)]),
  ),
  batch,
  indices: Uint32Array.from({ length: n }, (_, i) => i),
  etaWeight,
  progress,
});

const lossOf = (objective: HintObjective, progress: number): number =>
  tf.tidy(() => objective.loss(input(progress)).dataSync()[0]!);

/** The loss by its formula in plain loops. */
function reference(objective: HintObjective, plan: HintPlan, progress: number): number {
  const error = (values: Float32Array, i: number): number =>
    (values[2 * i]! - batch.targets[2 * i]!) ** 2 +
    etaWeight * batch.hasEta[i]! * (values[2 * i + 1]! - batch.targets[2 * i + 1]!) ** 2;
  const events = Array.from({ length: n }, (_, i) => i);
  const total = (values: Float32Array): number =>
    events.reduce((sum, i) => sum + error(values, i), 0);
  const fade = Math.max(0, 1 - progress / plan.fadeFraction);
  let loss = 0;
  for (const i of events) {
    const isOpen =
      plan.gate === "sample"
        ? error(teacherValues, i) < error(studentValues, i)
        : total(teacherValues) < total(studentValues);
    loss += error(studentValues, i);
    if (!isOpen) continue;
    for (const [h, { hint, mapInputs, mapOutputs, elements }] of geometries.entries()) {
      const kernel = objective.extraVariables[2 * h]!.dataSync();
      const bias = objective.extraVariables[2 * h + 1]!.dataSync();
      const tap = tapValues[hint.student]!;
      const size = tap.length / n;
      let distance = 0;
      for (let e = 0; e < elements; e++) {
        const [pixel, channel] = [Math.floor(e / mapOutputs), e % mapOutputs];
        let adapted = bias[channel]!;
        for (let c = 0; c < mapInputs; c++) {
          adapted += tap[i * size + pixel * mapInputs + c]! * kernel[c * mapOutputs + channel]!;
        }
        distance += (10 * adapted - aimValues[h]![i * elements + e]!) ** 2 / elements;
      }
      loss += hint.gamma * fade * distance;
    }
  }
  return loss / n;
}

describe("createHintObjective", () => {
  it.each([
    { gate: "sample", progress: 0 },
    { gate: "sample", progress: 0.2 },
    { gate: "batch", progress: 0.2 },
  ] as const)("is the formula, gate per $gate, at $progress of the training", (c) => {
    const plan: HintPlan = { hints, gate: c.gate, fadeFraction: 0.5 };
    const objective = create(plan);
    expect(lossOf(objective, c.progress)).toBeCloseTo(reference(objective, plan, c.progress), 5);
    objective.dispose();
  });

  it("opens some gates and not others in this test, and the batch's", () => {
    const faded = create({ hints, gate: "sample", fadeFraction: 0.5 });
    const plain = lossOf(faded, 1);
    const sample = create({ hints, gate: "sample", fadeFraction: 0.5 });
    const whole = create({ hints, gate: "batch", fadeFraction: 0.5 });
    expect(lossOf(sample, 0)).toBeGreaterThan(plain);
    expect(lossOf(whole, 0)).toBeGreaterThan(lossOf(sample, 0));
    expect(lossOf(sample, 0.5)).toBe(plain);
    for (const objective of [faded, sample, whole]) objective.dispose();
  });

  it("sends a gradient into every adaptation layer and every tap", () => {
    const objective = create({ hints, gate: "sample", fadeFraction: 1 });
    const before = tf.memory().numTensors;
    const sizes = tf.tidy(() => {
      const fixed = input(0);
      const taps = Object.entries(fixed.taps).map(([name, tap]) => ({
        name,
        tap: tf.variable(tap),
      }));
      const given = {
        ...fixed,
        taps: Object.fromEntries(taps.map(({ name, tap }) => [name, tap])),
      };
      const variables = [...objective.extraVariables, ...taps.map(({ tap }) => tap)];
      const { grads } = tf.variableGrads(() => objective.loss(given), variables);
      const maxima = variables.map(({ name }) => tf.max(tf.abs(grads[name]!)).dataSync()[0]!);
      for (const { tap } of taps) tap.dispose();
      return maxima;
    });
    expect(sizes).toHaveLength(9);
    for (const size of sizes) expect(size).toBeGreaterThan(1e-6);
    expect(tf.memory().numTensors).toBe(before);
    objective.dispose();
  });

  it("begins with maps that are zero and not dead", () => {
    const plan: HintPlan = { hints, gate: "sample", fadeFraction: 1 };
    const objective = createHintObjective(plan, geometries, targets, student9x16);
    const sizes = tf.tidy(() => {
      const variables = [...objective.extraVariables];
      for (const variable of variables) expect(tf.max(tf.abs(variable)).dataSync()[0]).toBe(0);
      const { grads } = tf.variableGrads(() => objective.loss(input(0)), variables);
      return variables.map(({ name }) => tf.max(tf.abs(grads[name]!)).dataSync()[0]!);
    });
    for (const size of sizes) expect(size).toBeGreaterThan(1e-6);
    objective.dispose();
  });

  it("is a slope of the formula: gradients agree with finite differences", () => {
    const plan: HintPlan = { hints, gate: "sample", fadeFraction: 1 };
    const objective = create(plan);
    const slopes = tf.tidy(() => {
      const variables = [...objective.extraVariables];
      const { grads } = tf.variableGrads(() => objective.loss(input(0)), variables);
      return variables.map(({ name }) => grads[name]!.dataSync()[0]!);
    });
    for (const [v, variable] of objective.extraVariables.entries()) {
      const values = variable.dataSync<"float32">();
      const at = (shift: number): number => {
        const moved = values.slice();
        moved[0]! += shift;
        tf.tidy(() => {
          variable.assign(tf.tensor(moved, variable.shape));
        });
        return reference(objective, plan, 0);
      };
      expect((at(0.01) - at(-0.01)) / 0.02).toBeCloseTo(slopes[v]!, 4);
      at(0);
    }
    objective.dispose();
  });

  it("pulls the Student towards the Teacher: the distance falls during a training", async () => {
    const request = studentRequest();
    const { train } = request;
    const rng = seededRng("5/6");
    const plan: HintPlan = { hints, gate: "sample", fadeFraction: 1 };
    const context = { rng };
    const teacher = untrained(teacher9x16, rng);
    const options = { batchSize: 100, maxBytes: 1e9, context };
    const collected = await collectTeacherTargets(teacher, floatLayers, train, geometries, options);
    // A Teacher that knows the labels keeps every gate open.
    const perfect: TeacherTargets = {
      ...collected,
      predictions: (indices) => train.batch(indices).targets.slice(0, 2 * indices.length),
    };
    const objective = createHintObjective(plan, geometries, perfect, student9x16);
    const distances: number[] = [];
    const recording: Objective = {
      ...objective,
      loss(input) {
        const loss = objective.loss(input);
        const own = tf.mean(errorsPerExample(input)).dataSync()[0]!;
        distances.push((loss.dataSync()[0]! - own) / (1 - input.progress));
        return loss;
      },
    };
    await trainModel({ ...request, objective: recording }, context);
    const mean = (values: number[]): number =>
      values.reduce((sum, value) => sum + value / values.length, 0);
    expect(mean(distances.slice(-32))).toBeLessThan(0.6 * mean(distances.slice(-96, -88)));
    objective.dispose();
    collected.dispose();
  });
});
