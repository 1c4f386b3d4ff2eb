import {
  FloatTensor,
  HlsConfig,
  Hls4mlConfig,
  IntegerNetwork,
  IntTensor,
  NETWORK_LIMITS,
  NetworkSpec,
  parseContract,
} from "@cnntargz/contracts";
import { describe, expect, test } from "vitest";

const type = { signed: true, width: 8, integer: 4 };
const network = (inputShape: number[], layers: object[]) => ({
  kind: "integer-network",
  schemaVersion: 1,
  name: "net",
  typeRule: "interval",
  inputShape,
  inputType: type,
  layers,
  labelScaling: { ptScaleGeV: 1, eta: "window" },
  provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
});
const pass = (name: string, inputShape: number[]) => ({
  kind: "activation",
  name,
  inputShape,
  outputShape: inputShape,
  resultType: type,
  activation: "relu",
});
const parse = (value: unknown) => parseContract(IntegerNetwork, value, "network");
const pool = (inputShape: number[], poolSize: number[], outputShape: number[]) => ({
  kind: "maxPool2d",
  name: "pool",
  inputShape,
  outputShape,
  resultType: type,
  poolSize,
  strides: [1, 1],
});

describe("the size of a network", () => {
  test("500 bytes can not ask for gigabytes", () => {
    const shape = [1e8, 1, 1];
    expect(() => parse(network(shape, [pass("l", shape)]))).toThrow(
      /layer l writes 100,000,000 elements per image, at most 1,048,576 are taken/,
    );
  });

  test("an image of any number of channels is refused, whatever its layers are", () => {
    const net = network([5, 6, 1e9], [pass("l", [1, 1, 1])]);
    expect(() => parse(net)).toThrow(/an image has at most 1048576 elements[^]*inputShape/);
    const spec = { name: "n", inputShape: [5, 6, 1e9], layers: [{ kind: "flatten", name: "f" }] };
    expect(NetworkSpec.safeParse(spec).success).toBe(false);
  });

  test("exactly the bound is taken, one more is not", () => {
    const { layerElements, elements } = NETWORK_LIMITS;
    const full = [layerElements, 1, 1];
    const names = Array.from({ length: elements / layerElements }, (_, i) => `l${i}`);
    expect(
      parse(
        network(
          full,
          names.map((name) => pass(name, full)),
        ),
      ).layers,
    ).toHaveLength(4);
    expect(() =>
      parse(
        network(
          full,
          [...names, "more"].map((name) => pass(name, full)),
        ),
      ),
    ).toThrow(/all layers together have 5,242,880 elements per image, at most 4,194,304/);
  });

  test("a window over everything at every pixel is too much work", () => {
    expect(() =>
      parse(network([1024, 1024, 1], [pool([1024, 1024, 1], [512, 512], [513, 513, 1])])),
    ).toThrow(/operations per image, at most 1,073,741,824 are taken; layer pool alone/);
  });

  test("zeros around an image count as well", () => {
    const layer = {
      ...pass("conv", [1, 1, 1]),
      kind: "conv2d",
      weightType: type,
      biasType: type,
      accumulatorType: type,
      kernelSize: [1, 1],
      strides: [1e9, 1e9],
      pads: { top: 0, bottom: 2e6, left: 0, right: 0 },
      weights: { dtype: "int32", shape: [1, 1, 1, 1], data: "AAAAAA==" },
      bias: { dtype: "int32", shape: [1], data: "AAAAAA==" },
    };
    expect(() => parse(network([1, 1, 1], [layer]))).toThrow(/layer conv reads 2,000,001 elements/);
  });

  test("more layers than any tool takes", () => {
    const layers = Array.from({ length: NETWORK_LIMITS.layers + 1 }, (_, i) =>
      pass(`l${i}`, [1, 1, 1]),
    );
    expect(() => parse(network([1, 1, 1], layers))).toThrow(/65,537 layers, at most 65,536/);
  });
});

test.each([
  ["AAA=", 2],
  ["AAAAAAA=", 5],
  ["", 0],
  ["AAAAAAAAAAA=", 8],
])("a tensor of one element with %j has %i bytes and is refused", (data, bytes) => {
  for (const [schema, dtype] of [
    [IntTensor, "int32"],
    [FloatTensor, "float32"],
  ] as const) {
    expect(() =>
      parseContract<typeof schema>(schema, { dtype, shape: [1], data }, "tensor"),
    ).toThrow(new RegExp(`wants 4 bytes of ${dtype}, there are ${bytes}`));
  }
});

test.each([0, 0.09, 1000.5, Infinity, NaN, -2])("a clock of %d ns is refused", (period) => {
  expect(HlsConfig.safeParse({ clockPeriodNs: period }).success).toBe(false);
  expect(Hls4mlConfig.safeParse({ ClockPeriod: period }).success).toBe(false);
});

test("clocks from 0.1 to 1000 ns are taken", () => {
  for (const clockPeriodNs of [0.1, 2, 1000])
    expect(HlsConfig.parse({ clockPeriodNs }).clockPeriodNs).toBe(clockPeriodNs);
});

test("20,000 nested lists are refused as such", () => {
  const deep: unknown = JSON.parse("[".repeat(20_000) + "]".repeat(20_000));
  const net = network([1, 1, 1], [pass("l", [1, 1, 1])]);
  expect(() => parse({ ...net, provenance: { ...net.provenance, config: deep } })).toThrow(
    /network is nested more than 100 levels deep/,
  );
});

test("a file of nothing but faults is told in a few lines", () => {
  const layers = Array.from({ length: 5000 }, () => ({ kind: "flatten" }));
  expect(() => parse(network([1, 1, 1], layers))).toThrow(/\.\.\. and \d+ more$/);
});
