import type { DatasetConfigInput } from "@cnntargz/contracts";
import { resolveConfig } from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

const resolve = (config: Omit<DatasetConfigInput, "events" | "seed">) =>
  resolveConfig({ events: 10, seed: 1, ...config });

describe("resolveConfig", () => {
  it("fills in what depends on the preset", () => {
    expect(resolve({}).bendPxGeV).toBe(90);
    expect(resolve({ preset: "calibrated" })).toMatchObject({ bendPxGeV: 127, bendSpread: 0.25 });
    expect(resolve({ preset: "helix" }).fieldTesla).toBe(0.5);
    expect(resolve({ preset: "helix" }).bendPxGeV).toBeUndefined();
    expect(resolve({ preset: "calibrated", bendPxGeV: 110 }).bendPxGeV).toBe(110);
  });

  it("is idempotent", () => {
    for (const preset of ["flat", "calibrated", "helix"] as const) {
      expect(resolveConfig(resolve({ preset }))).toEqual(resolve({ preset }));
    }
  });

  it.each<[Omit<DatasetConfigInput, "events" | "seed">, RegExp]>([
    [{ efficiency: 1.2 }, /efficiency/],
    [{ efficiency: [1, 1, 1] }, /efficiency/],
    [{ preset: "helix", bendPxGeV: 90 }, /bendPxGeV is 90 and preset is helix/],
    [{ bendSpread: 0.2 }, /bendSpread is 0.2 and preset is flat/],
    [{ fieldTesla: 1 }, /fieldTesla is 1 and preset is flat/],
    [{ preset: "imported" }, /choose flat, calibrated or helix/],
    [{ windows: "none" }, /windows is none/],
    [{ ptMinGeV: 30 }, /ptMinGeV is 30 and ptMaxGeV is 20/],
    [{ etaMin: 0.9, etaMax: 0.1 }, /etaMin is 0.9 and etaMax is 0.1/],
    [{ etaMax: 2 }, /etaMax/],
    [{ layerRadiiM: [4, 5, 6, 7, 8, 9, 9, 10, 11] }, /layerRadiiM\[6\] is 9/],
    [{ fieldRadiusM: 9.9 }, /fieldRadiusM is 9.9 and the outermost layer's radius is 9.82/],
    [{ noisePerPixel: 0.1, noiseEventSpread: 20 }, /reach 20/],
    [{ noisePerPixel: 0.2, noiseLayerFactors: [1, 1, 1, 1, 6, 1, 1, 1, 1] }, /reach 6/],
    [{ deadStrips: [3456] }, /deadStrips/],
    [{ ptMaxGeV: 1e308 }, /Too big: expected number to be <=100000[\s\S]*ptMaxGeV/],
    [{ ptMinGeV: 1e-300 }, /Too small: expected number to be >=0.01[\s\S]*ptMinGeV/],
    [{ bendPxGeV: 1e300 }, /bendPxGeV/],
    [{ preset: "helix", fieldTesla: 1e-300 }, /fieldTesla/],
    [{ fieldRadiusM: 1e-200 }, /fieldRadiusM/],
    [{ layerRadiiM: [4, 5, 6, 7, 8, 9, 10, 11, 1e200] }, /layerRadiiM/],
    [{ noiseLayerFactors: [0, 1, 1, 1, 1, 1, 1, 1, 1e308] }, /noiseLayerFactors/],
  ])("refuses %j", (config, message) => {
    expect(() => resolve(config)).toThrow(message);
  });
});
