import { student9x16, teacher9x16 } from "@cnntargz/models";
import { describe, expect, test } from "vitest";

import { compareWithIntegers, trainShortly } from "./quantized-networks.js";

describe("a quantized network in TensorFlow.js is its integer network, frozen output included", () => {
  test.each([
    ["Student", student9x16, 20_000],
    ["Teacher", teacher9x16, 4_000],
  ] as const)("%s, 4 bits", async (_, spec, events) => {
    const { quantized } = await trainShortly(spec, events, [4]);
    const compared = await compareWithIntegers(quantized.get(4)!, 2_000);
    expect(compared).toMatchObject({ images: 2_000, mismatches: 0, arithmetic: "float64" });
    expect(compared.distinctPt).toBeGreaterThan(20);
  });
});
