import { describe, expect, it } from "vitest";

import { deviceOf, DEVICES, findDevice, findPart } from "@cnntargz/fpga-eval";

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
    expect(() => findDevice("xc7a35t-cpg236-1")).toThrow(/xc7a35t-cpg236-1.*xcvu13p, xcu250/);
    expect(() => findDevice("xcvu13p2")).toThrow(/not in the device table/);
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

describe("deviceOf", () => {
  const device = { lut: 871_680, ff: 1_743_360, dsp: 5_952, bram18: 2_688, uram: 640 };

  it("takes the figures that are given, also for a part of the table", () => {
    expect(deviceOf({ part: "xcu50-fsvh2104-2-e", device })).toEqual({
      name: "xcu50-fsvh2104-2-e",
      family: "given",
      available: device,
      source: "given in the configuration",
    });
    expect(deviceOf({ part: "xcvu13p", device }).available).toEqual(device);
    expect(deviceOf({ part: "xcvu13p" })).toEqual(findDevice("xcvu13p"));
  });

  it("says how to give them", () => {
    expect(() => deviceOf({ part: "xcu50-fsvh2104-2-e" })).toThrow(
      /"xcu50-fsvh2104-2-e" is not in the device table; .* device: \{ lut, ff, dsp, bram18, uram \} .* --device/,
    );
  });
});

describe("findPart", () => {
  it("reads package and speed grade, with and without a dash after the die", () => {
    expect(findPart("xcvu13p-flga2577-2-e")).toMatchObject({
      package: "flga2577",
      speedGrade: "2",
      maxClockMHz: 775,
    });
    expect(findPart("xcvu13p-fhga2104-2L-e")).toMatchObject({ speedGrade: "2L", maxClockMHz: 644 });
    expect(findPart("xc7z020clg400-1")).toMatchObject({ package: "clg400", speedGrade: "1" });
    expect(findPart("xcvu9p")).toMatchObject({ package: null, speedGrade: null });
  });

  it("knows every ordering code it lists, under its own die", () => {
    for (const { name } of DEVICES) {
      for (const part of findPart(name).knownParts) {
        expect(findPart(part).device.name).toBe(name);
        expect(findPart(part).speedGrade).not.toBeNull();
      }
    }
  });

  it("says a clock limit only with its source", () => {
    expect(findPart("xcvu13p-flga2577-2-e").maxClockSource).toMatch(/DS923/);
    for (const part of ["xcku115-flvb2104-2-i", "xcvu13p"]) {
      expect(findPart(part)).toMatchObject({ maxClockMHz: null, maxClockSource: null });
    }
  });
});
