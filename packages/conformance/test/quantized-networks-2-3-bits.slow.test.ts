import type { TrainedModel } from "@cnntargz/contracts";
import { student9x16, teacher9x16 } from "@cnntargz/models";
import { beforeAll, describe, expect, test } from "vitest";

import { compareWithIntegers, trainShortly } from "./quantized-networks.js";

describe.each([
  ["Student", student9x16, 40_000],
  ["Teacher", teacher9x16, 20_000],
] as const)("%s on 100,000 images: TensorFlow.js = integers", (_, spec, events) => {
  let models: ReadonlyMap<number, TrainedModel>;
  beforeAll(async () => {
    ({ quantized: models } = await trainShortly(spec, events, [5, 4, 3, 2]));
  });
  test.each([3, 2])("%i bits", async (bits) => {
    const compared = await compareWithIntegers(models.get(bits)!, 100_000);
    expect(compared).toMatchObject({ images: 100_000, mismatches: 0, arithmetic: "float64" });
    expect(compared.distinctPt).toBeGreaterThan(10);
  });
});
