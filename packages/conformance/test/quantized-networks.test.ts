import { student9x16, teacher9x16 } from "@cnntargz/models";
import { describe, expect, test } from "vitest";

import { compareWithIntegers, trainShortly } from "./quantized-networks.js";

describe("a quantized network in TensorFlow.js is its integer network, frozen output included", () => {
  test.each([
    ["Student", student9x16, 20_000, 4],
    ["Teacher", teacher9x16, 2_000, 4],
  ] as const)("%s", async (_, spec, events, bits) => {
    const float = await trainShortly(spec, events);
    const compared = await compareWithIntegers(float, bits, 2_000);
    expect(compared).toMatchObject({ images: 2_000, mismatches: 0, arithmetic: "float64" });
    expect(compared.distinctPt).toBeGreaterThan(20);
  });
});
