import { readFileSync } from "node:fs";

import {
  type IntegerNetwork,
  NetworkSpec,
  type QuantScheme,
  type TrainedModel,
} from "@cnntargz/contracts";
import { compileCSim, layerIntegers } from "@cnntargz/eda";
import { compileNetwork, formatType, integerToNumber, parseType } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { toIntegerNetwork } from "@cnntargz/quant";
import { needs } from "@cnntargz/testkit";
import { describe, expect, test } from "vitest";

/** What hls4ml made of the Student, see fixtures/hls4ml/README.md. */
interface Hls4mlStudent {
  alpha: string;
  strategy: "Latency" | "Resource";
  layers: {
    name: string;
    index: number;
    result?: string;
    accum?: string;
    weight?: string;
    bias?: string;
    fifoDepth?: number;
    reuseFactor?: number;
  }[];
  weightsText: Record<string, string>;
  float: Record<string, { shape: number[]; values: number[] }>;
  input: number[][];
  trace: Record<string, number[][]>;
}

const read = (name: string): Hls4mlStudent =>
  JSON.parse(
    readFileSync(new URL(`fixtures/hls4ml/${name}.json`, import.meta.url), "utf8"),
  ) as Hls4mlStudent;

/** hls4ml's name of a layer: there, a relu is a layer of the Keras model and has its name. */
const RELUS: Record<string, string> = {
  conv1_relu: "act1",
  conv2_relu: "act2",
  conv3_relu: "act3",
  conv4_relu: "act4",
  dense1_relu: "act5",
  dense2_relu: "act6",
};
const hls4mlName = (name: string): string => RELUS[name] ?? name;

const conv = (name: string, filters: number) => ({
  kind: "conv2d" as const,
  name,
  filters,
  kernelSize: [3, 3] as const,
  activation: "relu" as const,
});
const dense = (name: string, units: number) => ({
  kind: "dense" as const,
  name,
  units,
  activation: name === "out" ? ("linear" as const) : ("relu" as const),
});
const spec = NetworkSpec.parse({
  name: "student",
  inputShape: [9, 16, 1],
  layers: [
    conv("conv1", 1),
    conv("conv2", 1),
    conv("conv3", 6),
    conv("conv4", 6),
    { kind: "flatten", name: "flatten" },
    dense("dense1", 10),
    dense("dense2", 10),
    dense("out", 2),
  ],
});

/** The same float weights through our own conversion. */
function convert({ float, alpha }: Hls4mlStudent): IntegerNetwork {
  const kernel =
    alpha === "1" ? "quantized_bits(4,0,alpha=1)" : `quantized_bits(4,0,alpha='${alpha}')`;
  const quantScheme: QuantScheme = {
    kind: "quant-scheme",
    schemaVersion: 1,
    label: "4 bit",
    byName: { out: {} },
    byKind: {},
    default: { kernel, bias: "quantized_bits(4,0,alpha=1)", activation: "quantized_relu(4,0)" },
  };
  const model: TrainedModel = {
    kind: "trained-model",
    schemaVersion: 1,
    spec,
    quantScheme,
    inputType: parseType("ap_ufixed<2,1>"),
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    weights: Object.fromEntries(
      Object.entries(float).map(([name, { shape, values }]) => [
        name,
        { dtype: "float32" as const, shape, values: Float32Array.from(values) },
      ]),
    ),
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
    provenance: { stage: "fixture", packages: {}, seed: 0, inputs: {}, config: null },
  };
  const type = parseType("ap_fixed<16,6>");
  return toIntegerNetwork(model, {
    typeRule: "hls4ml",
    alphaLayers: true,
    weightTypes: { out: { weight: type, bias: type } },
  });
}

describe.each([
  ["Latency", "student_4b_io_stream_latency"],
  ["Latency with alpha='auto_po2'", "student_4b_io_stream_latency_auto_po2"],
  ["Resource", "student_4b_io_stream_resource"],
])("compat hls4ml, strategy %s", (_, file) => {
  const theirs = read(file);
  const network = convert(theirs);
  const layers = Object.fromEntries(
    theirs.layers.flatMap(({ name, reuseFactor }) =>
      theirs.strategy === "Resource" && reuseFactor !== undefined && /conv|dense|out/.test(name)
        ? [[name, { reuseFactor }]]
        : [],
    ),
  );
  const strategy = theirs.strategy === "Resource" ? "resource" : "latency";
  const plan = planHls(network, { compat: "hls4ml", strategy, layers });
  const project = renderHls(plan, network);

  test("layers, their numbers, types, accumulators and FIFO depths are hls4ml's", () => {
    const ours = plan.layers.map((layer) => ({
      name: hls4mlName(layer.name),
      index: layer.index,
      result: formatType(layer.resultType),
      accum:
        "accumulatorType" in layer && layer.accumulatorType !== null
          ? formatType(layer.accumulatorType)
          : undefined,
      weight: "weightType" in layer ? formatType(layer.weightType) : undefined,
      bias: "biasType" in layer ? formatType(layer.biasType) : undefined,
      fifoDepth: layer.kind === "flatten" ? undefined : layer.output.depth,
    }));
    const wanted = theirs.layers
      .filter(({ name }) => name !== "input_1")
      .map(({ name, index, result, accum, weight, bias, fifoDepth }) => ({
        name,
        index,
        result,
        accum,
        weight,
        bias,
        fifoDepth,
      }));
    expect(ours).toEqual(wanted);
  });

  test("weight files hold hls4ml's text", () => {
    const texts = Object.entries(theirs.weightsText).filter(([name]) => !name.startsWith("s"));
    expect(texts.length).toBeGreaterThan(13);
    for (const [name, text] of texts) {
      const ours = project.files[`firmware/weights/${name}.txt`]!.trimEnd();
      if (name.endsWith("21")) {
        // hls4ml prints the float output layer rounded; its C++ cuts that to the type, we print what is left.
        const cut = text.split(", ").map((word) => Math.floor(Number(word) * 1024) / 1024);
        expect(ours.split(", ").map(Number), name).toEqual(cut);
      } else {
        expect(ours, name).toBe(text);
      }
    }
  });

  test("the interpreter computes what hls4ml's C-simulation computes, layer by layer", () => {
    const compiled = compileNetwork(network);
    const { inputType } = network;
    for (const [image, pixels] of theirs.input.entries()) {
      const integers = pixels.map((pixel) => pixel * 2 ** (inputType.width - inputType.integer));
      const { trace } = compiled.trace(integers);
      for (const layer of network.layers) {
        if (layer.kind === "flatten") continue;
        const fused =
          "activation" in layer && layer.activation === "relu" && layer.kind !== "activation";
        const name = hls4mlName(fused ? `${layer.name}_relu` : layer.name);
        const ours = trace
          .get(layer.name)!
          .result.map((value) => integerToNumber(value, layer.resultType));
        expect(ours, `${name} of image ${image}`).toEqual(theirs.trace[name]![image]);
      }
    }
  });

  needs("g++")("compiled", () => {
    test("the firmware computes what hls4ml's C-simulation computes, layer by layer", async () => {
      const csim = await compileCSim(project, { compiler: "g++", trace: true });
      const scale = 2 ** (network.inputType.width - network.inputType.integer);
      const images = theirs.input.flat().map((pixel) => pixel * scale);
      const { traces } = await csim.run(images, theirs.input.length);
      await csim.dispose();
      for (const [image, traced] of traces!.entries()) {
        const integers = layerIntegers(network, traced);
        expect(integers.size).toBe(network.layers.length - 1);
        for (const layer of network.layers) {
          const values = traced.get(layer.name);
          if (!values) continue;
          const fused =
            "activation" in layer && layer.activation === "relu" && layer.kind !== "activation";
          const name = hls4mlName(fused ? `${layer.name}_relu` : layer.name);
          expect([...values], `${name} of image ${image}`).toEqual(theirs.trace[name]![image]);
        }
      }
    });
  });
});
