import type { FixedPointType, IntegerNetwork } from "@cnntargz/contracts";
import { compileNetwork, runReference } from "@cnntargz/fixed-point";
import { randomImages, randomNetwork, type RandomNetworkOptions } from "@cnntargz/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const IMAGES = 3;

/** Every layer of every image agrees, and a batch gives what single images give. */
function expectSame(network: IntegerNetwork, seed: number): string {
  const compiled = compileNetwork(network);
  const images = randomImages(network, seed, IMAGES);
  const size = images.length / IMAGES;
  const outputs: number[] = [];
  for (let i = 0; i < IMAGES; i += 1) {
    const image = images.subarray(i * size, (i + 1) * size);
    const expected = runReference(network, image);
    expect(compiled.trace(image)).toEqual(expected);
    outputs.push(...expected.output.map(Number));
  }
  expect([...compiled.run(images, IMAGES)]).toEqual(outputs);
  return compiled.arithmetic;
}

describe("the fast interpreter equals the reference on random networks", () => {
  const kinds: [string, RandomNetworkOptions][] = [
    ["with firmware's modes and exact accumulators", {}],
    ["with all modes", { modes: "any" }],
    ["with accumulators that wrap, saturate or round", { modes: "any", accumulators: "any" }],
    [
      "with activations and scales on their own",
      { modes: "any", accumulators: "any", elementwise: true },
    ],
    ["with wide types", { modes: "any", accumulators: "any", bits: 17, imageLayers: 2 }],
  ];
  test.each(kinds)("%s", (_, options) => {
    const counts = { float64: 0, reference: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        counts[expectSame(randomNetwork(seed, options), seed) as keyof typeof counts] += 1;
      }),
      { numRuns: 250 },
    );
    // Comparing the reference with itself would prove nothing.
    expect(counts.float64).toBeGreaterThan(100);
  });
});

test("bytes, integers and float64 give the same, in any number", () => {
  const network = randomNetwork(5, { bits: 4 });
  const { inputType } = network;
  const unsigned = { ...network, inputType: { ...inputType, signed: false, width: 4 } };
  const count = 37;
  const images = randomImages(unsigned, 1, count);
  const compiled = compileNetwork(unsigned);
  const size = images.length / count;
  const single = Array.from({ length: count }, (_, i) => [
    ...compiled.run(images.subarray(i * size, (i + 1) * size), 1),
  ]).flat();
  for (const array of [Uint8Array.from(images), Int32Array.from(images), images]) {
    expect([...compiled.run(array, count)]).toEqual(single);
  }
  expect(new Set(single).size).toBeGreaterThan(1);
  expect([...compiled.run(new Uint8Array(0), 0)]).toEqual([]);
});

describe("an accumulator that truncates and wraps after each product", () => {
  const of = (width: number, integer: number) => ({
    signed: true,
    width,
    integer,
    rounding: "TRN" as const,
    overflow: "WRAP" as const,
  });

  /** A random network with one type for every number, as a float network is cast to one. */
  function uniform(seed: number, type: FixedPointType): IntegerNetwork {
    const network = randomNetwork(seed, { pools: ["maxPool2d"], bits: 8 });
    const draws = randomImages({ ...network, inputShape: [1, 64, 64], inputType: type }, seed, 1);
    let next = 0;
    const values = (count: number) =>
      // Weights around one, as trained ones are, and a few over the whole range of the type.
      Int32Array.from({ length: count }, () => {
        const value = draws[next++ % draws.length]!;
        return next % 11 === 0 ? value : Math.trunc(value / 2 ** (type.integer - 2));
      });
    const layers = network.layers.map((layer) => {
      const common = { ...layer, resultType: type };
      if (!("weights" in common)) return common;
      return {
        ...common,
        weightType: type,
        biasType: type,
        accumulatorType: type,
        weights: { ...common.weights, values: values(common.weights.values.length) },
        bias: { ...common.bias, values: values(common.bias.values.length) },
      };
    });
    return { ...network, typeRule: "uniform", inputType: type, layers };
  }

  test.each([
    [32, 16],
    [16, 6],
    [24, 8],
  ])("ap_fixed<%i,%i> for every number: float64 gives the reference's bits", (width, integer) => {
    const counts = { float64: 0, reference: 0 };
    for (let seed = 0; seed < 40; seed += 1) {
      counts[expectSame(uniform(seed, of(width, integer)), seed) as keyof typeof counts] += 1;
    }
    expect(counts.float64).toBe(40);
  });
});
