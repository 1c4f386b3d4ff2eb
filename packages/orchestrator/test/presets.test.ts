import { presetConfig, presetNames, RunConfig } from "@cnntargz/orchestrator";
import { describe, expect, it } from "vitest";

describe("presets", () => {
  it.each(presetNames)("%s is a full configuration on the bit-stable backend", (name) => {
    const config = presetConfig(name);
    expect(RunConfig.parse(config)).toEqual(config);
    expect(config.name).toBe(name);
    expect(config.backend).toEqual({ name: "wasm", kernels: "simd" });
  });

  it("demo's figures stay: digests of finished runs depend on them", () => {
    expect(presetConfig("demo")).toMatchObject({
      seed: 1,
      dataset: { split: { train: 100_000, validation: 10_000, test: 40_000 } },
      teacher: {
        train: {
          ...{ epochs: 3, batchSize: 128, learningRate: 0.002 },
          ...{ finalLearningRateFraction: 0.02, etaWeight: 0.3 },
        },
      },
      student: {
        train: {
          ...{ epochs: 10, batchSize: 256, learningRate: 0.004 },
          ...{ finalLearningRateFraction: 0.01, etaWeight: 0.3 },
        },
      },
      quantization: {
        bits: 4,
        train: {
          ...{ epochs: 15, batchSize: 256, learningRate: 0.008 },
          ...{ finalLearningRateFraction: 0.02, etaWeight: 0.3 },
        },
      },
      distillation: {
        hints: [
          { student: "conv1b", teacher: "conv1b", gamma: 0.01 },
          { student: "conv2b", teacher: "conv2c", gamma: 0.01 },
          { student: "dense2", teacher: "dense2", gamma: 0.01 },
        ],
        gate: "sample",
        fadeFraction: 0.7,
      },
    });
  });

  it("demo has enough background to prove a fake rate below 2 per mille", () => {
    const { split, backgroundFraction } = presetConfig("demo").dataset;
    // Without a single fake, 1,497 events are needed for a 95 % limit below 0.002.
    expect(split.test * backgroundFraction).toBeGreaterThan(5 * 1497);
  });

  it("an unknown one is an error that lists the known ones", () => {
    expect(() => presetConfig("demos")).toThrow(/preset demos is not known, choose one of: demo/);
  });
});
