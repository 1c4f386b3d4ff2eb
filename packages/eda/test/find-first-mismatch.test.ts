import type { IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";
import { findFirstMismatch, layerIntegers } from "@cnntargz/eda";
import { fixedType } from "@cnntargz/fixed-point";
import { expect, test } from "vitest";

const resultType = fixedType(true, 8, 6);

function pool(name: string, outputShape: readonly [number, number, number]): IntegerLayer {
  const size = { poolSize: [1, 1], strides: [1, 1] } as const;
  return { kind: "maxPool2d", name, inputShape: outputShape, outputShape, resultType, ...size };
}

const network: IntegerNetwork = {
  kind: "integer-network",
  schemaVersion: 1,
  name: "two",
  typeRule: "interval",
  inputShape: [2, 2, 2],
  inputType: resultType,
  layers: [pool("first", [2, 2, 2]), pool("second", [2, 2, 2])],
  labelScaling: { ptScaleGeV: 20, eta: "window" },
  provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
};
const values = [0, 1, 2, 3, 4, 5, 6, 7];
const reference = new Map([
  ["first", values.map(BigInt)],
  ["second", values.map(BigInt)],
]);

test("equal traces have no mismatch", () => {
  const candidate = new Map([
    ["first", values],
    ["second", values],
  ]);
  expect(findFirstMismatch(network, reference, candidate)).toBeNull();
});

test("the first layer, pixel and channel that differ are named, in order of execution", () => {
  const candidate = new Map([
    ["second", [9, 9, 9, 9, 9, 9, 9, 9]],
    ["first", [0, 1, 2, 3, 4, -5, 6, 8]],
  ]);
  expect(findFirstMismatch(network, reference, candidate)).toEqual({
    layer: "first",
    row: 1,
    column: 0,
    channel: 1,
    expected: 5n,
    actual: -5n,
  });
});

test("a layer that the candidate does not report is passed over", () => {
  const candidate = new Map([["second", [0, 1, 2, 3, 4, 5, 6, 0]]]);
  expect(findFirstMismatch(network, reference, candidate)).toMatchObject({ layer: "second" });
});

test("traces that can not be compared are refused", () => {
  expect(() => findFirstMismatch(network, reference, new Map([["other", values]]))).toThrow(
    /no layer of network two: it has other/,
  );
  expect(() => findFirstMismatch(network, reference, new Map([["first", [1]]]))).toThrow(
    /layer first has 8 values; the reference trace has 8, the candidate's 1/,
  );
});

test("a traced number is an integer in units of its layer's last bit", () => {
  const trace = new Map([["first", Float64Array.of(0.25, -1, 31.75)]]);
  expect(layerIntegers(network, trace)).toEqual(new Map([["first", Float64Array.of(1, -4, 127)]]));
  const layers = [{ ...network.layers[0]!, resultType: fixedType(true, 54, 6) }];
  expect(() => layerIntegers({ ...network, layers }, trace)).toThrow(/layer first: .* 53 bits/);
});
