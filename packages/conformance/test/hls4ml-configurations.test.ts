import { readFileSync } from "node:fs";

import {
  type IntegerLayer,
  type IntegerNetwork,
  NetworkSpec,
  type QuantScheme,
  type TrainedModel,
} from "@cnntargz/contracts";
import { compileNetwork, formatType, fractionBits, parseType } from "@cnntargz/fixed-point";
import { configFromNetwork, resolveHls4mlConfig } from "@cnntargz/hls-codegen";
import { toIntegerNetwork, uniformNetwork } from "@cnntargz/quant";
import { describe, expect, test } from "vitest";

type Alpha = "1" | "auto_po2" | "float";

/** What hls4ml wrote, and what came of it; see fixtures/hls4ml/README.md. */
interface Case {
  /** Relus as layers `<name>_relu`, or in the layer they follow. */
  style: "relu" | "fused";
  alpha: Alpha;
  granularity: "name" | "type" | "model";
  /** Given to `config_from_keras_model`, which then lists accumulators. */
  backend: "Vitis" | null;
  config: { Model: object; LayerName?: object };
  /** `LayerName` as it is once hls4ml has converted the model. */
  written: object | null;
  types: Record<string, string>[];
  outputs: number[][];
}
const { weights, inputs, cases } = JSON.parse(
  readFileSync(new URL("fixtures/hls4ml/configurations.json", import.meta.url), "utf8"),
) as {
  weights: Record<string, { kernel: number[]; kernelShape: number[]; bias: number[] }>;
  inputs: number[][];
  cases: Case[];
};

const conv = (name: string, filters: number) => ({
  kind: "conv2d" as const,
  name,
  filters,
  kernelSize: [3, 3] as const,
  activation: "relu" as const,
});
const dense = (name: string, units: number, activation: "relu" | "linear" = "relu") => ({
  kind: "dense" as const,
  name,
  units,
  activation,
});
const spec = NetworkSpec.parse({
  name: "student",
  inputShape: [9, 16, 1],
  layers: [
    ...[conv("conv1a", 1), conv("conv1b", 1), conv("conv2a", 6), conv("conv2b", 6)],
    { kind: "flatten", name: "flatten" },
    ...[dense("dense1", 10), dense("dense2", 10), dense("output", 2, "linear")],
  ],
});

const FIXED16 = parseType("ap_fixed<16,6>");

function modelOf(alpha: Alpha, output: object): TrainedModel {
  const kernel =
    alpha === "auto_po2" ? "quantized_bits(4,0,alpha='auto_po2')" : "quantized_bits(4,0,alpha=1)";
  const quantScheme: QuantScheme = {
    kind: "quant-scheme",
    schemaVersion: 1,
    label: "4 bit",
    byName: { output },
    byKind: {},
    default: { kernel, bias: "quantized_bits(4,0,alpha=1)", activation: "quantized_relu(4,0)" },
  };
  const tensor = (shape: number[], values: number[]) => ({
    dtype: "float32" as const,
    shape,
    values: Float32Array.from(values),
  });
  return {
    kind: "trained-model",
    schemaVersion: 1,
    spec,
    quantScheme: alpha === "float" ? null : quantScheme,
    inputType: parseType("ap_ufixed<2,1>"),
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    weights: Object.fromEntries(
      Object.entries(weights).flatMap(([name, of]) => [
        [`${name}/kernel`, tensor(of.kernelShape, of.kernel)],
        [`${name}/bias`, tensor([of.bias.length], of.bias)],
      ]),
    ),
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
    provenance: { stage: "fixture", packages: {}, seed: 0, inputs: {}, config: null },
  };
}

/** The Student with hls4ml's types. */
function theirs(alpha: Alpha): IntegerNetwork {
  const model = modelOf(alpha, {});
  if (alpha === "float") return uniformNetwork(model, FIXED16);
  return toIntegerNetwork(model, {
    typeRule: "hls4ml",
    alphaLayers: true,
    weightTypes: { output: { weight: FIXED16, bias: FIXED16 } },
  });
}

/** The Student with types as wide as its values, scales within its weights. */
const ours = (alpha: Alpha): IntegerNetwork => {
  const quantizer = "quantized_bits(12,1,alpha=1)";
  return toIntegerNetwork(modelOf(alpha, { kernel: quantizer, bias: quantizer }), {
    typeRule: "interval",
  });
};

/** Outputs as numbers, for images as numbers. */
function run(network: IntegerNetwork, images: readonly number[][]): number[][] {
  const unit = 2 ** fractionBits(network.inputType);
  const last = network.layers.at(-1)!;
  const compiled = compileNetwork(network);
  return images.map((image) =>
    Array.from(
      compiled.run(
        Float64Array.from(image, (pixel) => pixel * unit),
        1,
      ),
      (value) => value * 2 ** -fractionBits(last.resultType),
    ),
  );
}

const title = ({ style, alpha, granularity, backend }: Case, i: number): string =>
  `${i}: alpha ${alpha}, ${style}, granularity ${granularity}, backend ${String(backend)}`;

/** hls4ml's spelling of types, in ours. */
const typeOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : formatType(parseType(text.replace(",TRN,WRAP,0", "")));

/** Of a layer what hls4ml has too: scales are exponents there. */
function typesOf(layer: IntegerLayer): Record<string, string | undefined> {
  return {
    weight: "weightType" in layer ? formatType(layer.weightType) : undefined,
    accum: "accumulatorType" in layer ? formatType(layer.accumulatorType) : undefined,
    result: layer.kind === "flatten" ? undefined : formatType(layer.resultType),
  };
}

describe("what hls4ml 1.3.0 writes means here what it means there", () => {
  test.each(cases.map((each, i) => [title(each, i), each] as const))(
    "%s: outputs of its C-simulation, bit for bit",
    (_, { alpha, config, outputs }) => {
      const { network, changes } = resolveHls4mlConfig(theirs(alpha), config);
      expect(run(network, inputs)).toEqual(outputs);
      expect(changes).toEqual([]);
    },
  );

  test.each(
    cases
      .filter(
        ({ backend, config }) => backend !== null && !JSON.stringify(config).includes("maximum"),
      )
      .map((each, i) => [title(each, i), each] as const),
  )("%s: its types", (_, { alpha, config, types }) => {
    const { network } = resolveHls4mlConfig(theirs(alpha), config);
    const byName = new Map(types.map((each) => [each["name"]!, each]));
    for (const layer of network.layers) {
      const { name } = layer;
      const own = byName.get(name) ?? byName.get(name.replace("_relu", "_quantized_relu"))!;
      const isFused = "activation" in layer && layer.activation === "relu" && "weights" in layer;
      const relu = byName.get(`${name}_relu`) ?? byName.get(`${name}_quantized_relu`);
      const linear = byName.get(`${name}_linear`);
      const isProduct = "weights" in layer;
      const { result, ...others } = typesOf(layer);
      expect(others, name).toEqual({
        weight: typeOf(isProduct ? own["weight"] : undefined),
        accum: typeOf(isProduct ? own["accum"] : undefined),
      });
      if (layer.kind === "flatten") continue;
      // There a cast to a wider type may follow, which changes no value.
      const ends = isFused ? [relu!] : isProduct && linear ? [own, linear] : [own];
      expect(
        ends.map((end) => typeOf(end["result"])),
        name,
      ).toContain(result);
    }
  });

  test.each(
    cases
      .filter(({ written }) => written !== null)
      .map((each, i) => [title(each, i), each] as const),
  )("%s: also once it has converted the model, with entries for its scales", (_, each) => {
    const { alpha, config, written, outputs } = each;
    const converted = { ...config, LayerName: written };
    expect(run(resolveHls4mlConfig(theirs(alpha), converted).network, inputs)).toEqual(outputs);
  });

  test("by name it leaves a network with the scales in its weights as it is", () => {
    const [first] = cases.filter(
      ({ alpha, granularity, backend }) =>
        alpha === "auto_po2" && granularity === "name" && backend !== null,
    );
    const network = ours("auto_po2");
    const { config, written } = first!;
    const resolved = resolveHls4mlConfig(network, { ...config, LayerName: written });
    expect(resolved.changes).toEqual([]);
    expect(run(resolved.network, inputs)).toEqual(run(network, inputs));
    expect(resolved.notes.join("\n")).toMatch(
      /the weights of conv1a keep .*hls4ml has in conv1a_alpha/,
    );
  });
});

describe("what we write means the network that it was written of", () => {
  const networks: [string, IntegerNetwork][] = [
    ["hls4ml's types, alpha 1", theirs("1")],
    ["hls4ml's types, scales apart", theirs("auto_po2")],
    ["types as wide as values, alpha 1", ours("1")],
    ["types as wide as values, scales within", ours("auto_po2")],
    ["one type", theirs("float")],
  ];
  test.each(
    networks.flatMap(([words, network]) =>
      (["name", "type", "model"] as const).map((by) => [words, by, network] as const),
    ),
  )("%s, granularity %s: the same network", (_, granularity, network) => {
    const config: unknown = JSON.parse(JSON.stringify(configFromNetwork(network, { granularity })));
    const resolved = resolveHls4mlConfig(network, config);
    expect(resolved.network).toBe(network);
    expect(resolved.notes).toEqual([]);
  });
});
