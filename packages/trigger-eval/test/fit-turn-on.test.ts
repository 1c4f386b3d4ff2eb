import { readFileSync } from "node:fs";

import type { TurnOnBin } from "@cnntargz/contracts";
import { clopperPearson, fitTurnOn } from "@cnntargz/trigger-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

type Row = [low: number, high: number, passed: number, total: number];
interface Case {
  name: string;
  bins: Row[];
  /** Whether the floor was to be fitted. */
  floor: boolean;
  /** Plateau, mu, sigma, floor. */
  parameters: number[];
  errors: number[];
  covariance: number[][];
  chi2: number;
  ndf: number;
  held: string[];
}
const cases = JSON.parse(
  readFileSync(new URL("fixtures/turn-on-fit.json", import.meta.url), "utf8"),
) as Case[];

const binsOf = (rows: readonly Row[]): TurnOnBin[] =>
  rows.map(([ptLowGeV, ptHighGeV, passed, total]) => ({
    ptLowGeV,
    ptHighGeV,
    efficiency: clopperPearson(passed, total),
  }));
/** Bins of 1 GeV from 3 GeV on, `total` muons each. */
const curve = (passed: readonly number[], total: number): TurnOnBin[] =>
  binsOf(passed.map((count, i) => [3 + i, 4 + i, count, total]));

const fitted = (bins: readonly TurnOnBin[], options = {}) => {
  const fit = fitTurnOn(bins, options);
  if (fit.status === "none") throw new Error(fit.reason);
  return fit;
};

const within = (value: number, reference: number, relative: number): void => {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(relative * Math.abs(reference));
};

describe("fitTurnOn", () => {
  it.each(cases)("agrees with scipy: $name", ({ bins, ...expected }) => {
    const fit = fitted(binsOf(bins), { floor: expected.floor });
    [fit.plateau, fit.muGeV, fit.sigmaGeV, fit.floor].forEach(({ value, error }, i) => {
      within(value, expected.parameters[i]!, 1e-5);
      within(error, expected.errors[i]!, 1e-4);
    });
    fit.covariance.forEach((row, i) => {
      row.forEach((value, j) => {
        const scale = expected.errors[i]! * expected.errors[j]!;
        expect(Math.abs(value - expected.covariance[i]![j]!)).toBeLessThanOrEqual(1e-4 * scale);
      });
    });
    within(fit.chi2, expected.chi2, 1e-4);
    expect(fit).toMatchObject({ ndf: expected.ndf, held: expected.held });
    const [low, high] = [bins[0]![0], bins.at(-1)![1]];
    expect(fit).toMatchObject({ ptLowGeV: low, ptHighGeV: high });
    within(fit.width1090GeV.value, 2 * 1.2815515655446004 * fit.sigmaGeV.value, 1e-12);
    within(fit.width1090GeV.error, 2 * 1.2815515655446004 * fit.sigmaGeV.error, 1e-12);
  });

  it("finds the parameters of a curve without fluctuations, wherever they are", () => {
    // Counts that are the expected ones need no integers here: a large total makes rounding small.
    const total = 1e9;
    const phi = (z: number) => {
      // Phi by Simpson's rule over the density, independent of cephes.
      const steps = 2000;
      let sum = 0;
      for (let i = 0; i <= steps; i++) {
        const x = -12 + ((z + 12) * i) / steps;
        sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp((-x * x) / 2);
      }
      return ((z + 12) / steps / 3) * (sum / Math.sqrt(2 * Math.PI));
    };
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        fc.double({ min: 7, max: 15, noNaN: true }),
        fc.double({ min: 0.4, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        (plateau, mu, sigma, floor) => {
          const passed = Array.from({ length: 17 }, (_, bin) => {
            let mean = 0;
            for (let i = 0; i < 20; i++) mean += phi((3 + bin + (i + 0.5) / 20 - mu) / sigma) / 20;
            return Math.round(total * (floor + (plateau - floor) * mean));
          });
          const fit = fitted(curve(passed, total));
          expect(fit.plateau.value).toBeCloseTo(plateau, 3);
          expect(fit.muGeV.value).toBeCloseTo(mu, 2);
          expect(fit.sigmaGeV.value).toBeCloseTo(sigma, 2);
          expect(fit.floor.value).toBeCloseTo(floor, 3);
        },
      ),
      { numRuns: 10 },
    );
  });

  it("needs a floor for the published curves", () => {
    const { bins } = cases.find(({ name }) => name === "the published Student, old data set")!;
    const free = fitted(binsOf(bins));
    const held = fitted(binsOf(bins), { floor: false });
    expect(free.chi2 / free.ndf).toBeLessThan(1);
    expect(held.chi2 / held.ndf).toBeGreaterThan(10);
    expect(held.held).toEqual(["floor"]);
  });

  it("draws its curve with an error from the covariance", () => {
    const { bins } = cases[0]!;
    const fit = fitted(binsOf(bins));
    expect(fit.curve).toHaveLength(101);
    expect(fit.curve[0]).toMatchObject({ ptGeV: 3 });
    expect(fit.curve.at(-1)).toMatchObject({ ptGeV: 20 });
    // Far from the rise the curve is the floor or the plateau, and so is its error.
    within(fit.curve[0]!.efficiency, fit.floor.value, 1e-4);
    within(fit.curve[0]!.error, fit.floor.error, 1e-2);
    within(fit.curve.at(-1)!.efficiency, fit.plateau.value, 1e-6);
    within(fit.curve.at(-1)!.error, fit.plateau.error, 1e-6);
    const halfway = fit.curve.find(({ ptGeV }) => ptGeV >= fit.muGeV.value)!;
    const slope =
      (fit.plateau.value - fit.floor.value) / (fit.sigmaGeV.value * Math.sqrt(2 * Math.PI));
    const middle = (fit.plateau.value + fit.floor.value) / 2;
    within(halfway.efficiency, middle + slope * (halfway.ptGeV - fit.muGeV.value), 1e-3);
    within(halfway.error, slope * fit.muGeV.error, 0.05);
  });

  it("fits only the bins of a range", () => {
    const bins = binsOf(cases[0]!.bins);
    const all = fitted(bins);
    const upper = fitted(bins, { rangeGeV: [6, 20] });
    expect(upper).toMatchObject({ ptLowGeV: 6, ptHighGeV: 20, ndf: all.ndf - 3 });
  });

  it("leaves out bins without muons", () => {
    const rows = cases[0]!.bins;
    const emptied = rows.map((row, i): Row => (i % 4 === 1 ? [row[0], row[1], 0, 0] : row));
    const kept = rows.filter((_, i) => i % 4 !== 1);
    expect(fitTurnOn(binsOf(emptied))).toEqual(fitTurnOn(binsOf(kept)));
  });

  it.each([
    ["no bin", [], /0 bins have events/],
    ["too few bins", curve([0, 5], 10), /2 bins have events, a fit of 4/],
    ["empty bins", curve([0, 0, 0, 0], 0), /0 bins have events/],
    ["nothing passing", curve([0, 0, 0, 0], 9), /no muon passes/],
    ["everything passing", curve([9, 9, 9, 9], 9), /every muon passes/],
    ["a step between bins", curve([0, 0, 0, 50, 50, 50], 50), /rises within a bin/],
    ["a step within a bin", curve([0, 0, 0, 20, 50, 50], 50), /rises within|do not determine/],
    ["a flat curve", curve([25, 25, 25, 25, 25, 25], 50), /does not rise|do not determine/],
    ["a falling curve", curve([50, 45, 25, 5, 0, 0], 50), /does not rise|do not determine/],
    [
      "one muon",
      binsOf([
        [3, 4, 0, 0],
        [4, 5, 1, 1],
        [5, 6, 0, 0],
      ] as Row[]),
      /1 bins have events/,
    ],
    ["a handful", curve([0, 1, 0, 1], 1), /does not rise|rises within|do not determine/],
  ] as const)("has no fit of %s, and says why", (_, bins, reason) => {
    const fit = fitTurnOn(bins);
    expect(fit.status).toBe("none");
    if (fit.status === "none") expect(fit.reason).toMatch(reason);
  });

  it("gives a finite fit or a reason for whatever counts", () => {
    const total = 30;
    fc.assert(
      fc.property(fc.array(fc.nat(total), { minLength: 3, maxLength: 17 }), (passed) => {
        const fit = fitTurnOn(curve(passed, total));
        if (fit.status === "none") {
          expect(fit.reason.length).toBeGreaterThan(10);
          return;
        }
        const { plateau, muGeV, sigmaGeV, floor, width1090GeV } = fit;
        const numbers = [plateau, muGeV, sigmaGeV, floor, width1090GeV].flatMap(
          ({ value, error }) => [value, error],
        );
        for (const number of [...numbers, ...fit.covariance.flat(), fit.chi2]) {
          expect(Number.isFinite(number)).toBe(true);
        }
        for (const { efficiency, error } of fit.curve) {
          expect(efficiency).toBeGreaterThanOrEqual(0);
          expect(efficiency).toBeLessThanOrEqual(1);
          expect(Number.isFinite(error)).toBe(true);
        }
        expect(sigmaGeV.value).toBeGreaterThan(0);
        expect(plateau.value).toBeGreaterThan(floor.value);
        for (const name of fit.held) expect(fit[name].value).toBe(name === "plateau" ? 1 : 0);
      }),
      { numRuns: 200 },
    );
  });
});
