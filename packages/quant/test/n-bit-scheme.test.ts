import { parseContract, QuantScheme } from "@cnntargz/contracts";
import { nBitScheme, quantizersFor } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

import { networkSpec, student } from "./trained-model.js";

describe("nBitScheme", () => {
  it("quantizes every layer but the output as the slides do", () => {
    const scheme = nBitScheme(student, 4);
    expect(scheme.label).toBe("4 bit");
    expect(Object.keys(scheme.byName)).toEqual([
      "conv1",
      "conv2",
      "conv3",
      "conv4",
      "dense1",
      "dense2",
    ]);
    expect(scheme.byName["conv2"]).toEqual({
      kernel: "quantized_bits(4,0,1,alpha='auto_po2')",
      bias: "quantized_bits(4,0,1)",
      activation: "quantized_relu(4,0)",
    });
    expect(quantizersFor(scheme, student.layers.at(-1)!)).toEqual({});
    expect(parseContract(QuantScheme, scheme, "scheme")).toEqual(scheme);
  });

  it("takes integer bits per layer and alpha 1", () => {
    const scheme = nBitScheme(student, 3, {
      activationInteger: { conv1: 1 },
      biasInteger: { dense1: 2 },
      alpha: 1,
    });
    expect(scheme.byName["conv1"]).toEqual({
      kernel: "quantized_bits(3,0,1,alpha=1)",
      bias: "quantized_bits(3,0,1)",
      activation: "quantized_relu(3,1)",
    });
    expect(scheme.byName["dense1"]?.bias).toBe("quantized_bits(3,2,1)");
  });

  it("quantizes average pools whose means are no binary fractions", () => {
    const spec = networkSpec({
      name: "pools",
      inputShape: [6, 6, 1],
      layers: [
        { kind: "conv2d", name: "conv", filters: 2, kernelSize: [1, 1], activation: "relu" },
        { kind: "averagePool2d", name: "halves", poolSize: [1, 2] },
        { kind: "averagePool2d", name: "thirds", poolSize: [1, 3] },
        { kind: "flatten", name: "flatten" },
        { kind: "dense", name: "out", units: 1 },
      ],
    });
    const scheme = nBitScheme(spec, 4, { activationInteger: { conv: 1 } });
    expect(scheme.byName["halves"]).toBeUndefined();
    expect(scheme.byName["thirds"]).toEqual({ activation: "quantized_relu(4,1)" });
  });

  it("refuses other bits and foreign names", () => {
    expect(() => nBitScheme(student, 1)).toThrow(/bits is 1/);
    expect(() => nBitScheme(student, 4, { biasInteger: { out: 1 } })).toThrow(
      /biasInteger names out.*conv1/,
    );
  });
});

describe("quantizersFor", () => {
  const scheme: QuantScheme = {
    kind: "quant-scheme",
    schemaVersion: 1,
    label: "mixed",
    byName: { conv2: { kernel: "binary" }, flatten: {} },
    byKind: { dense: { kernel: "ternary" } },
    default: { kernel: "quantized_bits(8)" },
  };
  it("looks by name, then by kind, then at the default", () => {
    const kernels = student.layers.map((layer) => quantizersFor(scheme, layer).kernel);
    expect(kernels).toEqual([
      "quantized_bits(8)",
      "binary",
      "quantized_bits(8)",
      "quantized_bits(8)",
      undefined,
      "ternary",
      "ternary",
      "ternary",
    ]);
  });
});
