import type { HlsConfig, IntegerNetwork } from "@cnntargz/contracts";
import { compareOutputs, compileCSim } from "@cnntargz/eda";
import { compileNetwork, fixedType, fractionBits } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { student9x16, teacher9x16 } from "@cnntargz/models";
import { toIntegerNetwork, uniformNetwork } from "@cnntargz/quant";
import { needs, randomImages, randomNetwork } from "@cnntargz/testkit";
import { beforeAll, describe, expect, test } from "vitest";

import { eventImages, trainShortly, type TrainedNetworks } from "./quantized-networks.js";

const IO_TYPES = ["io_stream", "io_parallel"] as const;

/** Run images through the compiled firmware and the interpreter; the outputs of both. */
async function bothOutputs(
  network: IntegerNetwork,
  ioType: HlsConfig["ioType"],
  images: Float64Array,
  count: number,
) {
  const csim = await compileCSim(renderHls(planHls(network, { ioType }), network), {
    compiler: "g++",
  });
  try {
    const { outputs } = await csim.run(images, count);
    return { outputs, expected: compileNetwork(network).run(images, count) };
  } finally {
    await csim.dispose();
  }
}

/** Toy events in units of a network's input type. */
function imagesOf({ inputType }: IntegerNetwork, count: number): Float64Array {
  // Pixels are units of 1/2.
  const scale = 2 ** (fractionBits(inputType) - 1);
  return Float64Array.from(eventImages(count), (pixel) => pixel * scale);
}

async function expectExact(
  network: IntegerNetwork,
  ioType: HlsConfig["ioType"],
  count: number,
): Promise<void> {
  const { outputs, expected } = await bothOutputs(network, ioType, imagesOf(network, count), count);
  // Not all the same: the comparison would prove little.
  expect(new Set(expected).size).toBeGreaterThan(20);
  expect(compareOutputs(expected, outputs, 2)).toEqual({
    images: count,
    mismatches: 0,
    firstMismatch: null,
  });
}

needs("g++")("C-simulation of trained networks is the integer interpreter, bit for bit", () => {
  describe.each([
    ["Student", student9x16, 40_000, [5, 4, 3, 2]],
    ["Teacher", teacher9x16, 20_000, [4]],
  ] as const)("%s", (_, spec, events, widths) => {
    let trained: TrainedNetworks;
    beforeAll(async () => {
      trained = await trainShortly(spec, events, widths);
    });

    test.each(widths.flatMap((bits) => IO_TYPES.map((ioType) => [bits, ioType] as const)))(
      "%i bits, %s: 10,000 images",
      async (bits, ioType) => {
        const model = trained.quantized.get(bits)!;
        await expectExact(toIntegerNetwork(model, { typeRule: "interval" }), ioType, 10_000);
      },
    );

    test.each(
      [fixedType(true, 32, 16), fixedType(true, 16, 6)].flatMap((type) =>
        IO_TYPES.map((ioType) => [type.width, type.integer, ioType, type] as const),
      ),
    )("float in ap_fixed<%i,%i>, %s: 1,000 images", async (_width, _integer, ioType, type) => {
      await expectExact(uniformNetwork(trained.float, type), ioType, 1000);
    });
  });
});

needs("g++")("C-simulation of random networks is the integer interpreter, bit for bit", () => {
  test.each([61, 62, 63, 64, 65, 66].flatMap((seed) => IO_TYPES.map((io) => [seed, io] as const)))(
    "network %i, %s: 10,000 images",
    async (seed, ioType) => {
      const network = randomNetwork(seed, {
        accumulators: "any",
        modes: "any",
        elementwise: true,
        bits: 4 + (seed % 5),
      });
      const images = randomImages(network, seed, 10_000);
      const { outputs, expected } = await bothOutputs(network, ioType, images, 10_000);
      const compared = compareOutputs(expected, outputs, expected.length / 10_000);
      expect(compared).toMatchObject({ images: 10_000, mismatches: 0 });
    },
  );
});
