import { describe, expect, it } from "vitest";

import { DEVICES, findDevice } from "@cnntargz/fpga-eval";

describe("findDevice", () => {
  it("takes a die or an ordering code in any case", () => {
    expect(findDevice("xcvu13p-flga2577-2-e").name).toBe("xcvu13p");
    expect(findDevice("XCVU13P").available).toEqual({
      lut: 1_728_000,
      ff: 3_456_000,
      dsp: 12_288,
      bram18: 5_376,
      uram: 1_280,
    });
    expect(findDevice("xcu250-figd2104-2L-e").available).toEqual(findDevice("xcvu13p").available);
  });

  it("names the known parts when it does not know one", () => {
    expect(() => findDevice("xc7z020-clg400-1")).toThrow(/xc7z020-clg400-1.*xcvu13p, xcu250/);
    expect(() => findDevice("xcvu13")).toThrow(/not in the device table/);
  });

  it("states a source for every row", () => {
    for (const { source, available } of DEVICES) {
      expect(source.length).toBeGreaterThan(10);
      // Two flip-flops follow every LUT in all of these families.
      expect(available.ff).toBe(2 * available.lut);
    }
  });
});
