import type { HintPlan } from "@cnntargz/contracts";
import { defaultHintPlan, distillStudent, type DistillRequest } from "@cnntargz/distill";
import { floatLayers, loadBackend, teacher9x16, teacher9x384, trainModel } from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { bitsOf, seededRng, studentRequest, untrained } from "./networks.js";

const rng = seededRng("6/0");
let teacher: DistillRequest["teacher"];

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
  const request = studentRequest({ spec: teacher9x16 });
  teacher = await trainModel({ ...request, config: { ...request.config, epochs: 2 } }, { rng });
});

const request = (change: Partial<DistillRequest> = {}): DistillRequest => ({
  teacher,
  teacherFactory: floatLayers,
  student: studentRequest(),
  plan: defaultHintPlan,
  ...change,
});

describe("distillStudent", () => {
  it("gives a Student that has learned, by itself and from the Teacher", async () => {
    const model = await distillStudent(request(), { rng });
    const { epochs, constantLoss } = model.metrics;
    expect(epochs.at(-1)!.validationLoss).toBeLessThan(0.8 * constantLoss);
    expect(Object.keys(model.weights)).toHaveLength(14);
    expect(bitsOf(model)).not.toBe(bitsOf(await trainModel(studentRequest(), { rng })));
  });

  it("gives the same bytes twice, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const [one, two] = [
      await distillStudent(request(), { rng }),
      await distillStudent(request(), { rng }),
    ];
    expect(bitsOf(two)).toBe(bitsOf(one));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is a plain training when no hint has weight", async () => {
    const plan: HintPlan = {
      ...defaultHintPlan,
      hints: defaultHintPlan.hints.map((hint) => ({ ...hint, gamma: 0 })),
    };
    const distilled = await distillStudent(request({ plan }), { rng });
    expect(bitsOf(distilled)).toBe(bitsOf(await trainModel(studentRequest(), { rng })));
  });

  it("offers the gate per batch", async () => {
    const plan: HintPlan = { ...defaultHintPlan, gate: "batch" };
    const [batch, sample] = [
      await distillStudent(request({ plan }), { rng }),
      await distillStudent(request(), { rng }),
    ];
    expect(batch.metrics.epochs.at(-1)!.validationLoss).toBeLessThan(batch.metrics.constantLoss);
    expect(bitsOf(batch)).not.toBe(bitsOf(sample));
  });

  it("goes on after an abort as if nothing had happened, adaptation layers included", async () => {
    const whole = await distillStudent(request(), { rng });
    let bytes: Uint8Array | null = null;
    const checkpoint = {
      load: () => bytes,
      save: (saved: Uint8Array) => {
        bytes = saved;
      },
    };
    const controller = new AbortController();
    const onProgress = ({ task, fraction }: { task: string; fraction: number }): void => {
      if (task.startsWith("distill: epoch 2") && fraction > 0.5)
        controller.abort(new Error("killed"));
    };
    const student = studentRequest({ checkpoint });
    const before = tf.memory().numTensors;
    await expect(
      distillStudent(request({ student }), { rng, signal: controller.signal, onProgress }),
    ).rejects.toThrow("killed");
    expect(tf.memory().numTensors).toBe(before);
    expect(bytes).not.toBeNull();
    const pieces = await distillStudent(request({ student }), { rng });
    expect(bitsOf(pieces)).toBe(bitsOf(whole));
    expect(pieces.metrics).toEqual(whole.metrics);
  });

  it("says so when the Teacher's answers do not fit into memory, and learns all the same", async () => {
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (text: string) => warnings.push(text) };
    const model = await distillStudent(request({ maxTargetBytes: 1000 }), { rng, logger });
    expect(warnings.join()).toContain("more than 1000 bytes");
    expect(model.metrics.epochs.at(-1)!.validationLoss).toBeLessThan(model.metrics.constantLoss);
  });

  it("refuses a Teacher of other images or other targets, and layers that do not exist", async () => {
    const wide = untrained(teacher9x384, rng);
    await expect(distillStudent(request({ teacher: wide }), { rng })).rejects.toThrow(
      /teacher9x384 and Student student9x16 differ in images \(\[9,384,1\], \[9,16,1\]\)/,
    );
    const scaled = { ...teacher, labelScaling: { ...teacher.labelScaling, ptScaleGeV: 30 } };
    await expect(distillStudent(request({ teacher: scaled }), { rng })).rejects.toMatchObject({
      code: "config",
    });
    const plan: HintPlan = {
      ...defaultHintPlan,
      hints: [{ student: "conv9", teacher: "conv1a", gamma: 1 }],
    };
    await expect(distillStudent(request({ plan }), { rng })).rejects.toThrow(
      /names the layer conv9/,
    );
  });
});
