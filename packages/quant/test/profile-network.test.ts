import { CnntargzError, type IntegerNetwork, type QuantScheme } from "@cnntargz/contracts";
import {
  compileNetwork,
  formatType,
  fractionBits,
  integerToNumber,
  parseType,
  runReference,
} from "@cnntargz/fixed-point";
import {
  formatProfile,
  nBitScheme,
  printQuantSummary,
  profileFigure,
  profileNetwork,
  toIntegerNetwork,
} from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

import { networkSpec, randomWeights, student, trainedModel, uniform } from "./trained-model.js";

const weights = randomWeights(student, 3, 0.9);
const base = nBitScheme(student, 4);
const scheme: QuantScheme = {
  ...base,
  byName: {
    ...base.byName,
    out: { kernel: "quantized_bits(8,1,alpha=1)", bias: "quantized_bits(8,1,alpha=1)" },
  },
};
const network = toIntegerNetwork(trainedModel(student, weights, scheme), {
  typeRule: "interval",
});
const count = 40;
const draw = uniform(7);
const images = Uint8Array.from({ length: count * 144 }, () => (draw() < 0.2 ? 2 * draw() + 1 : 0));
const image = (i: number): Uint8Array => images.subarray(i * 144, (i + 1) * 144);

describe("profileNetwork", () => {
  const profile = profileNetwork(network, images, count, { weights });

  it("tells the ranges that the reference interpreter goes through", () => {
    const traces = Array.from({ length: count }, (_, i) => runReference(network, image(i)).trace);
    for (const [index, layer] of network.layers.entries()) {
      const { accumulator, result } = profile.layers[index]!;
      const sums = traces.flatMap((trace) => [...(trace.get(layer.name)!.accumulator ?? [])]);
      if (layer.kind !== "conv2d" && layer.kind !== "dense") {
        expect(accumulator).toBeNull();
        continue;
      }
      const values = sums.map((sum) => integerToNumber(sum, layer.accumulatorType));
      expect([accumulator!.min, accumulator!.max]).toEqual([
        Math.min(...values),
        Math.max(...values),
      ]);
      expect(accumulator!.count).toBe(values.length);
      expect(accumulator!.zeros).toBe(values.filter((value) => value === 0).length);
      // Types by the interval rule hold every sum.
      expect(accumulator!.saturated).toBe(0);
      const step = 2 ** -fractionBits(layer.resultType);
      // Halfway above the odd largest code rounds up, to the even one outside.
      const tooLarge = values.filter((value) => value >= result.typeMax + step / 2);
      if (layer.activation === "relu") expect(result.saturated).toBe(tooLarge.length);
    }
    expect(profile.images).toBe(count);
  });

  it("finds the first value that saturates", () => {
    const { firstOverflow } = profile;
    const { layer: name, signal, image: first, index } = firstOverflow!;
    expect(signal).toBe("result");
    const layer = network.layers.find((other) => other.name === name)!;
    const isFull = (i: number): boolean[] =>
      [...runReference(network, image(i)).trace.get(name)!.result].map(
        (value) => integerToNumber(value, layer.resultType) === 0.9375,
      );
    expect(isFull(first)[index]).toBe(true);
    expect(profile.layers.find((other) => other.result.saturated > 0)!.name).toBe(name);
    expect(formatProfile(profile)).toContain(
      `40 images; first value outside its type: result ${index} of layer ${name}, image ${first}, ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>`,
    );
  });

  it("tells the range of weights before quantization, and of the quantized ones", () => {
    const conv = profile.layers[0]!.weights!;
    const { values } = weights["conv1/kernel"]!;
    expect([conv.min, conv.max]).toEqual([Math.min(...values), Math.max(...values)]);
    const quantized = profileNetwork(network, images, count).layers[0]!.weights!;
    const layer = network.layers[0] as Extract<
      IntegerNetwork["layers"][number],
      { weights: unknown }
    >;
    expect(quantized.max).toBe(
      integerToNumber(Math.max(...layer.weights.values), layer.weightType),
    );
    const other = { ...weights, "conv2/kernel": weights["conv1/bias"]! };
    expect(() => profileNetwork(network, images, count, { weights: other })).toThrow(
      /conv2\/kernel has 1 weights, the network 9/,
    );
    expect(() => profileNetwork(network, images, count + 1)).toThrow(CnntargzError);
  });
});

describe("an accumulator that is too narrow", () => {
  const spec = networkSpec({
    name: "sum",
    inputShape: [1, 1, 2],
    layers: [{ kind: "dense", name: "sum", units: 1 }],
  });
  const tensor = (shape: number[], values: number[]) => ({
    dtype: "float32" as const,
    shape,
    values: Float32Array.from(values),
  });
  const exact = toIntegerNetwork(
    trainedModel(
      spec,
      { "sum/kernel": tensor([2, 1], [1, 1]), "sum/bias": tensor([1], [0]) },
      {
        ...scheme,
        byName: {},
        default: { kernel: "quantized_bits(3,1,alpha=1)", bias: "quantized_bits(3,1,alpha=1)" },
      },
      "ap_fixed<4,4>",
    ),
    { typeRule: "interval" },
  );
  const narrow: IntegerNetwork = {
    ...exact,
    layers: exact.layers.map((layer) =>
      layer.kind === "dense"
        ? {
            ...layer,
            accumulatorType: parseType("ap_fixed<4,4>"),
            resultType: parseType("ap_int<6>"),
          }
        : layer,
    ),
  };

  it("is told with the exact sum, where it is first", () => {
    const pairs = Int32Array.of(3, 4, 5, 3, -8, -1, 0, 0);
    const profile = profileNetwork(narrow, pairs, 4);
    const { accumulator, result } = profile.layers[0]!;
    expect(accumulator).toMatchObject({ min: -9, max: 8, saturated: 2, zeros: 1, typeMax: 7 });
    expect(result).toMatchObject({ min: -8, max: 7, saturated: 0 });
    expect(profile.firstOverflow).toMatchObject({ signal: "accumulator", image: 1, index: 0 });
    expect([...compileNetwork(narrow).run(pairs, 4)]).toEqual([7, -8, 7, 0]);
    expect(formatProfile(profile)).toMatch(/sum +accumulator +ap_fixed<4,4> +-8 \.\. 7 +-9 \.\. 8/);
    const safe = profileNetwork(narrow, Int32Array.of(1, 1), 1);
    expect(safe.firstOverflow).toBeNull();
    expect(formatProfile(safe)).toContain("every value fits its type");
  });
});

describe("profileFigure", () => {
  it("draws a line per layer that has such values", () => {
    const profile = profileNetwork(network, images, count);
    const texts = (svg: string): string[] =>
      [...svg.matchAll(/text-anchor="end">([^<]+)</g)].map((match) => match[1]!);
    expect(texts(profileFigure(profile, "result"))).toEqual([
      ...network.layers.map(({ name }) => name),
      "log2 |result|",
    ]);
    const svg = profileFigure(profile, "weights");
    expect(texts(svg)).not.toContain("flatten");
    expect(svg).not.toContain("NaN");
    expect(svg).toBe(profileFigure(profile, "weights"));
  });
});

describe("printQuantSummary", () => {
  it("prints types, zeros and EBOPs of every layer with weights", () => {
    const printed: string[] = [];
    printQuantSummary(network, (text) => printed.push(text));
    const lines = printed.join("\n").split("\n");
    expect(lines[0]).toMatch(/^layer +input +weights +accumulator +result +params +zeros +EBOPs$/);
    for (const layer of network.layers) {
      if (layer.kind === "flatten") continue;
      expect(lines.find((line) => line.startsWith(layer.name))).toContain(
        formatType(layer.resultType),
      );
    }
    expect(lines.at(-2)).toMatch(/^total +1032 +\d+$/);
  });
});
