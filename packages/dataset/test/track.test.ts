import {
  BEND_FRACTIONS,
  crossingsOf,
  helixX,
  LAYER_RADII_M,
  resolveConfig,
  straightX,
  trackX,
} from "@cnntargz/dataset";
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

/**
 * Where a muon crosses the cylinders, by integrating the Lorentz force d(p)/dt = q v x B in three
 * dimensions and SI units, with the field azimuthal and of constant size beyond 4.5 m: knows nothing of
 * circles.
 */
function integrate(eta: number, charge: number, ptGeV: number, fieldTesla: number): number[] {
  const ELEMENTARY_CHARGE = 1.602176634e-19;
  const C = 299792458;
  const KILOGRAM_METRE_PER_SECOND = (ELEMENTARY_CHARGE * 1e9) / C;
  const phi = 0.7;
  const pt = ptGeV * KILOGRAM_METRE_PER_SECOND;
  const momentum = pt * Math.cosh(eta);
  // State: position and momentum; the path length is the variable, v = c p / |p|.
  const slope = (s: readonly number[]): number[] => {
    const [x, y, , px, py, pz] = s as [number, number, number, number, number, number];
    const r = Math.hypot(x, y);
    const [ux, uy, uz] = [px / momentum, py / momentum, pz / momentum];
    if (r < 4.5) return [ux, uy, uz, 0, 0, 0];
    // The sense of the field in which a positive muon bends towards larger eta.
    const [bx, by] = [(-fieldTesla * y) / r, (fieldTesla * x) / r];
    const k = charge * ELEMENTARY_CHARGE;
    return [ux, uy, uz, k * -uz * by, k * uz * bx, k * (ux * by - uy * bx)];
  };
  const add = (s: readonly number[], d: readonly number[], h: number) =>
    s.map((value, i) => value + h * d[i]!);
  let state = [0, 0, 0, pt * Math.cos(phi), pt * Math.sin(phi), pt * Math.sinh(eta)];
  const radius = (s: readonly number[]) => Math.hypot(s[0]!, s[1]!);
  const advance = (s: readonly number[], h: number) => {
    const k1 = slope(s);
    const k2 = slope(add(s, k1, h / 2));
    const k3 = slope(add(s, k2, h / 2));
    const k4 = slope(add(s, k3, h));
    return s.map((value, i) => value + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  };
  const crossings: number[] = [];
  // Straight to the edge of the field, which no step may straddle.
  state = add(state, slope(state), 4.5 * Math.cosh(eta) * (1 + 1e-12));
  for (const target of LAYER_RADII_M) {
    for (let steps = 0; radius(state) < target; steps++) {
      if (steps > 20_000)
        return crossings.concat(Array(9 - crossings.length).fill(NaN) as number[]);
      const next = advance(state, 0.002);
      if (radius(next) >= target) {
        // Back to the crossing by the secant.
        const part = (target - radius(state)) / (radius(next) - radius(state));
        state = advance(state, 0.002 * part);
        break;
      }
      state = next;
    }
    crossings.push((384 * Math.asinh(state[2]! / radius(state))) / 1.05);
  }
  return crossings;
}

describe("helixX", () => {
  it("agrees with a numeric integration of the Lorentz force to 0.05 pixels", () => {
    let worst = 0;
    for (const eta of [0, 0.2, 0.55, 0.9, 1.05]) {
      for (const ptGeV of [3, 5, 10, 20]) {
        for (const charge of [-1, 1]) {
          const numeric = integrate(eta, charge, ptGeV, 0.5);
          for (const [layer, radius] of LAYER_RADII_M.entries()) {
            const exact = helixX(eta, charge, ptGeV, radius, 0.5, 4.5);
            worst = Math.max(worst, Math.abs(exact - numeric[layer]!));
          }
        }
      }
    }
    expect(worst).toBeLessThan(0.05);
  });

  it("bends as the closed form of the small angles where those hold", () => {
    // Outermost bends at eta 0, B = 0.5 T: 26.8 pixels at 3 GeV, 7.9 at 10.
    expect(Math.abs(helixX(0, 1, 3, 9.82, 0.5, 4.5) - 26.8)).toBeLessThan(0.06);
    expect(Math.abs(helixX(0, 1, 10, 9.82, 0.5, 4.5) - 7.9)).toBeLessThan(0.06);
    expect(helixX(0, -1, 10, 9.82, 0.5, 4.5)).toBeCloseTo(-helixX(0, 1, 10, 9.82, 0.5, 4.5), 10);
  });

  it("is straight before the field, and says NaN of muons that curl up", () => {
    expect(helixX(0.5, 1, 3, 4.4, 0.5, 4.5)).toBeCloseTo(straightX(0.5), 10);
    expect(helixX(0, 1, 0.3, 9.82, 0.5, 4.5)).toBeNaN();
  });
});

describe("crossingsOf", () => {
  it("scales the bend of flat tracks, and takes the geometry from the configuration", () => {
    const x = new Float64Array(9);
    crossingsOf(resolveConfig({ events: 1, seed: 1 }))(0.5, 1, 3, 1.5, x);
    expect(x[8]! - straightX(0.5)).toBeCloseTo(45, 10);
    const layerRadiiM = [1, 2, 3, 4, 5, 6, 7, 8, 10];
    const config = resolveConfig({ events: 1, seed: 1, layerRadiiM, fieldRadiusM: 4.5 });
    crossingsOf(config)(0, -1, 9, 1, x);
    expect([...x.subarray(0, 4)].map(Math.abs)).toEqual([0, 0, 0, 0]);
    expect(x[8]).toBeCloseTo(-10, 10);
    expect(x[4]! / x[8]!).toBeCloseTo(0.5 ** 2 / 5 / (5.5 ** 2 / 10), 10);
  });
});
