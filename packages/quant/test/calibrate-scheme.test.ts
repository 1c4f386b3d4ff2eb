import { calibrateScheme, integerBitsFor, positivePercentile } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

import { randomWeights, student, weightShapes } from "./trained-model.js";

describe("integerBitsFor", () => {
  it("reaches the value with the fewest integer bits", () => {
    // quantized_relu(4,0) ends at 0.9375, quantized_relu(4,1) at 1.875.
    expect(integerBitsFor(0.9375, 4)).toBe(0);
    expect(integerBitsFor(0.94, 4)).toBe(1);
    expect(integerBitsFor(1.9, 4)).toBe(2);
    expect(integerBitsFor(0.1, 4)).toBe(0);
    expect(integerBitsFor(0.1, 4, -8)).toBe(-3);
  });
});

describe("positivePercentile", () => {
  it("counts positive samples only, by nearest rank", () => {
    const samples = Float32Array.from([-5, 0, 0, 0, 4, 3, 2, 1]);
    expect(positivePercentile(samples, 1)).toBe(4);
    expect(positivePercentile(samples, 0.75)).toBe(3);
    expect(positivePercentile(samples, 0.5)).toBe(2);
    expect(positivePercentile(samples, 0.51)).toBe(3);
    expect(positivePercentile(Float32Array.of(-1, 0), 0.5)).toBe(0);
  });
  it("refuses other percentiles and samples that are no numbers", () => {
    expect(() => positivePercentile(Float32Array.of(1), 0)).toThrow(/percentile is 0/);
    expect(() => positivePercentile(Float32Array.of(1, NaN), 1)).toThrow(/sample 1 is NaN/);
  });
});

describe("calibrateScheme", () => {
  it("gives each layer the integer bits that its samples need", () => {
    const outlier = Float32Array.from({ length: 10_000 }, (_, i) => (i < 5 ? 100 : i / 10_000));
    const weights = randomWeights(student, 1);
    weights["conv3/bias"] = {
      dtype: "float32",
      shape: weightShapes(student)["conv3/bias"]!,
      values: Float32Array.of(0, -1.5, 0, 0, 1, 0),
    };
    const scheme = calibrateScheme(
      student,
      4,
      { conv1: outlier, conv2: Float32Array.of(3.2), dense2: Float32Array.of(0, -1) },
      { weights },
    );
    const activation = (name: string) => scheme.byName[name]?.activation;
    // 0.05 % of outliers lie beyond the percentile.
    expect(activation("conv1")).toBe("quantized_relu(4,1)");
    expect(activation("conv2")).toBe("quantized_relu(4,2)");
    expect(activation("dense2")).toBe("quantized_relu(4,0)");
    expect(scheme.byName["conv3"]?.bias).toBe("quantized_bits(4,1,1)");
    expect(scheme.byName["conv1"]?.bias).toBe("quantized_bits(4,0,1)");
  });
  it("refuses samples of a layer that is not quantized", () => {
    expect(() => calibrateScheme(student, 4, { out: Float32Array.of(1) })).toThrow(/names out/);
  });
});
