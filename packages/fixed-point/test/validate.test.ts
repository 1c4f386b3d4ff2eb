import type { IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";
import { parseType, validateNetwork } from "@cnntargz/fixed-point";
import { randomNetwork } from "@cnntargz/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

import { convOf, denseOf, int16, networkOf } from "./networks.js";

const conv = convOf([4, 4, 1], [3, 3, 2], [2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const flatten: IntegerLayer = {
  kind: "flatten",
  name: "flatten",
  inputShape: [3, 3, 2],
  outputShape: [1, 1, 18],
  resultType: int16,
};
const dense = denseOf(Array<number>(18).fill(1), [0]);
const network = (...layers: IntegerLayer[]): IntegerNetwork => networkOf([4, 4, 1], int16, layers);

test("good networks pass", () => {
  expect(() => {
    validateNetwork(network(conv, flatten, dense));
  }).not.toThrow();
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      validateNetwork(randomNetwork(seed, { modes: "any", accumulators: "any" }));
    }),
  );
});

const wrong: [string, IntegerLayer[], string][] = [
  [
    "a layer that does not take what it gets",
    [conv, dense],
    "layer dense (dense): inputShape is [1, 1, 18], expected [3, 3, 2]",
  ],
  [
    "an output shape that the kernel does not give",
    [{ ...conv, outputShape: [4, 4, 2] }],
    "layer conv (conv2d): outputShape is [4, 4, 2], expected [3, 3, 2]",
  ],
  ["a kernel that does not fit", [{ ...conv, kernelSize: [5, 2] }], "expected [0, 3, 2]"],
  [
    "weights of another shape",
    [{ ...conv, weights: { ...conv.weights, shape: [2, 2, 2, 1] } }],
    "layer conv (conv2d): the shape of weights is [2, 2, 2, 1], expected [2, 2, 1, 2]",
  ],
  [
    "too few values",
    [{ ...conv, bias: { ...conv.bias, values: Int32Array.of(1) } }],
    "layer conv (conv2d): bias has 1 values, expected 2",
  ],
  [
    "a weight outside its type",
    [{ ...conv, weightType: parseType("ap_fixed<4,1>") }],
    "layer conv (conv2d): weights 7 is 8, outside -8..7 of ap_fixed<4,1>",
  ],
  [
    "a negative bias in an unsigned type",
    [
      conv,
      flatten,
      denseOf(Array<number>(18).fill(1), [-1], { biasType: parseType("ap_uint<4>") }),
    ],
    "layer dense (dense): bias 0 is -1, outside 0..15 of ap_ufixed<4,4>",
  ],
  [
    "a flatten that loses values",
    [conv, { ...flatten, outputShape: [1, 1, 17] }],
    "layer flatten (flatten): outputShape is [1, 1, 17], expected [1, 1, 18]",
  ],
  [
    "two layers of one name",
    [conv, { ...flatten, name: "conv" }],
    "layer conv (flatten): another layer has the same name",
  ],
  [
    "a pool that does not fit",
    [
      {
        kind: "maxPool2d",
        name: "pool",
        inputShape: [4, 4, 1],
        outputShape: [2, 2, 1],
        poolSize: [3, 3],
        strides: [2, 2],
        resultType: int16,
      },
    ],
    "layer pool (maxPool2d): outputShape is [2, 2, 1], expected [1, 1, 1]",
  ],
];

test.each(wrong)("%s is refused", (_, layers, message) => {
  expect(() => {
    validateNetwork(network(...layers));
  }).toThrow(message);
});
