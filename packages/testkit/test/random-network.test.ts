import { encodeContract, IntegerNetwork, parseContract } from "@cnntargz/contracts";
import { randomImages, randomNetwork } from "@cnntargz/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

test("random networks are valid artifacts and survive their JSON form", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 32 }), (seed, bits) => {
      const network = randomNetwork(seed, { bits, modes: "any", accumulators: "any" });
      const json = encodeContract(IntegerNetwork, network, "random network");
      expect(parseContract(IntegerNetwork, json, "random network")).toEqual(network);
    }),
  );
});

test("networks and images are functions of their seeds", () => {
  expect(randomNetwork(7)).toEqual(randomNetwork(7));
  expect(randomNetwork(7)).not.toEqual(randomNetwork(8));
  const network = randomNetwork(7, { bits: 6 });
  expect(randomImages(network, 1, 4)).toEqual(randomImages(network, 1, 4));
  expect(randomImages(network, 1, 4)).not.toEqual(randomImages(network, 2, 4));
});

test("options are kept", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const network = randomNetwork(seed, { pools: [], padding: false, strides: false, channels: 2 });
    for (const layer of network.layers) {
      expect(["conv2d", "dense", "flatten"]).toContain(layer.kind);
      if (layer.kind !== "conv2d") continue;
      expect(layer.strides).toEqual([1, 1]);
      expect(layer.pads).toEqual({ top: 0, bottom: 0, left: 0, right: 0 });
      expect(layer.outputShape[2]).toBeLessThanOrEqual(2);
    }
  }
});
