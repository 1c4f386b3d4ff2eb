import { etaLocal, globalEta, labelScaling9x16, labelScaling9x384 } from "@cnntargz/dataset";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("etaLocal and globalEta", () => {
  it("are each other's inverse over the detector", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1.05, noNaN: true }), fc.nat(11), (eta, window) => {
        const x0 = (384 * eta) / 1.05;
        expect(globalEta(window, etaLocal(x0, window))).toBeCloseTo(eta, 12);
      }),
    );
  });

  it("know the stride of overlapping windows", () => {
    expect(etaLocal(64, 3, 16)).toBe(0.5);
    expect(globalEta(3, 0.5, 16)).toBeCloseTo((64 * 1.05) / 384, 12);
  });

  it("count from the window's left edge in window widths", () => {
    expect(etaLocal(64, 2)).toBe(0);
    expect(etaLocal(80, 2)).toBe(0.5);
    expect(globalEta(12, 0)).toBeCloseTo(1.05, 12);
  });
});

describe("label scalings", () => {
  it("differ in eta only", () => {
    expect(labelScaling9x16).toEqual({ ptScaleGeV: 20, eta: "window" });
    expect(labelScaling9x384).toEqual({ ptScaleGeV: 20, eta: "global" });
  });
});
