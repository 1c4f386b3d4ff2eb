import { BEND_FRACTIONS, LAYER_RADII_M, straightX, trackX } from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

describe("trackX", () => {
  it("bends a 3 GeV track by 30 pixels in the outermost layer, and a 20 GeV track by 4.5", () => {
    expect(trackX(100, 1, 3, 8, 90) - 100).toBeCloseTo(30, 10);
    expect(trackX(100, -1, 3, 8, 90) - 100).toBeCloseTo(-30, 10);
    expect(trackX(100, 1, 20, 8, 90) - 100).toBeCloseTo(4.5, 10);
  });

  it("bends hardly in the inner triplet and more and more outwards", () => {
    expect(trackX(0, 1, 3, 2, 90)).toBeLessThan(0.1);
    for (let layer = 1; layer < 9; layer++) {
      expect(BEND_FRACTIONS[layer]).toBeGreaterThan(BEND_FRACTIONS[layer - 1]!);
    }
  });

  it("agrees with the full small-angle formula at B = 0.5 T (K_9 = 79.1 px GeV)", () => {
    // K_l = (384 / 1.05) 0.3 B (r - r0)^2 / (2 r), evaluated by hand for each radius.
    const bends = [0.02, 0.06, 0.13, 21.3, 21.7, 32.9, 33.3, 78.6, 79.1];
    const outermost = ((384 / 1.05) * 0.3 * 0.5 * (9.82 - 4.5) ** 2) / (2 * 9.82);
    for (const [layer, bend] of bends.entries()) {
      expect(Math.abs(outermost * BEND_FRACTIONS[layer]! - bend)).toBeLessThan(0.06);
    }
  });

  it("is close to the exact helix for a stiff track at eta 0", () => {
    // A circle of radius rho = pT / (0.3 B) that leaves the axis r = r0 parallel to it.
    const rho = 20 / (0.3 * 0.5);
    for (const [layer, radius] of LAYER_RADII_M.entries()) {
      const z = rho - Math.sqrt(rho ** 2 - (radius - 4.5) ** 2);
      const exact = (384 * Math.asinh(z / radius)) / 1.05;
      const outermost = ((384 / 1.05) * 0.3 * 0.5 * (9.82 - 4.5) ** 2) / (2 * 9.82);
      expect(Math.abs(trackX(0, 1, 20, layer, outermost) - exact)).toBeLessThan(0.02);
    }
  });
});

describe("straightX", () => {
  it("spreads eta 0 .. 1.05 over 384 pixels", () => {
    expect(straightX(0)).toBe(0);
    expect(straightX(1.05)).toBeCloseTo(384, 10);
  });
});
