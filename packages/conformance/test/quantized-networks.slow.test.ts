import { student9x16, teacher9x16 } from "@cnntargz/models";
import { describe, expect, test } from "vitest";

import { compareWithIntegers, trainShortly } from "./quantized-networks.js";

describe.each([
  ["Student", student9x16, 30_000],
  ["Teacher", teacher9x16, 20_000],
] as const)("%s on 100,000 images: TensorFlow.js = integers", (_, spec, events) => {
  const trained = trainShortly(spec, events);
  test.each([2, 3, 4, 5])("%i bits", async (bits) => {
    const compared = await compareWithIntegers(await trained, bits, 100_000);
    expect(compared).toMatchObject({ images: 100_000, mismatches: 0, arithmetic: "float64" });
    expect(compared.distinctPt).toBeGreaterThan(20);
  });
});
