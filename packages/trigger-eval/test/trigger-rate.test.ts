import { readFileSync } from "node:fs";

import type { MuonSpectrum, TriggerRate, TurnOnBin } from "@cnntargz/contracts";
import { clopperPearson, HEAVY_FLAVOUR_SPECTRUM, triggerRate } from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

interface Fixture {
  bins: [number, number, number, number][];
  plateau: [number, number];
  cases: {
    spectrum: MuonSpectrum;
    thresholdGeV: number;
    relativeMuonRate: [number, number, number];
    relativeBelowThreshold: [number, number, number];
  }[];
}
const fixture = JSON.parse(
  readFileSync(new URL("fixtures/trigger-rate.json", import.meta.url), "utf8"),
) as Fixture;

const bin = (ptLowGeV: number, ptHighGeV: number, passed: number, total: number): TurnOnBin => ({
  ptLowGeV,
  ptHighGeV,
  efficiency: clopperPearson(passed, total),
});
const options = { spectrum: HEAVY_FLAVOUR_SPECTRUM, bunchCrossingNs: 25, muonHz: null };
const input = {
  thresholdGeV: 10,
  turnOn: fixture.bins.map((row) => bin(...row)),
  plateau: clopperPearson(...fixture.plateau),
  fakeRate: clopperPearson(2, 10_000),
};
const known = (rate: TriggerRate) => {
  if (rate.status === "none") throw new Error(rate.reason);
  return rate;
};

describe("triggerRate", () => {
  it.each(fixture.cases)("agrees with numerical integration: $spectrum at $thresholdGeV", (one) => {
    const { spectrum, thresholdGeV } = one;
    const rate = known(triggerRate({ ...input, thresholdGeV }, { ...options, spectrum }));
    for (const name of ["relativeMuonRate", "relativeBelowThreshold"] as const) {
      const { value, low, high } = rate[name];
      [value, low, high].forEach((number, i) => {
        expect(Math.abs(number / one[name][i]! - 1)).toBeLessThan(1e-8);
      });
    }
  });

  it("is 1 for an ideal trigger, and 1 / share for one that takes every muon", () => {
    const ideal = [bin(3, 10, 0, 1e6), bin(10, 20, 1e6, 1e6)];
    const plateau = clopperPearson(1e6, 1e6);
    const rate = known(triggerRate({ ...input, turnOn: ideal, plateau }, options));
    expect(rate.relativeMuonRate.value).toBeCloseTo(1, 12);
    expect(rate.relativeBelowThreshold.value).toBe(0);
    const all = [bin(5, 10, 1e6, 1e6), bin(10, 20, 1e6, 1e6)];
    const taken = known(triggerRate({ ...input, turnOn: all, plateau }, options));
    expect(taken.relativeMuonRate.value).toBeCloseTo(2 ** 3.5, 10);
    expect(taken.relativeBelowThreshold.value).toBeCloseTo(2 ** 3.5 - 1, 10);
  });

  it("adds fakes of every crossing to the muons, when their rate is given", () => {
    const rate = known(triggerRate(input, { ...options, muonHz: 1e5 }));
    expect(rate.fakeHz!.value).toBeCloseTo(2e-4 * 40e6, 6);
    expect(rate.fakeHz!.high).toBeCloseTo(input.fakeRate.high * 40e6, 6);
    expect(rate.totalHz!.value).toBeCloseTo(1e5 * rate.relativeMuonRate.value + 8e3, 6);
    const up = Math.hypot(
      1e5 * (rate.relativeMuonRate.high - rate.relativeMuonRate.value),
      rate.fakeHz!.high - rate.fakeHz!.value,
    );
    expect(rate.totalHz!.high - rate.totalHz!.value).toBeCloseTo(up, 6);
    expect(known(triggerRate(input, options)).totalHz).toBeNull();
    const noBackground = { ...input, fakeRate: clopperPearson(0, 0) };
    expect(known(triggerRate(noBackground, { ...options, muonHz: 1e5 }))).toMatchObject({
      fakeHz: null,
      totalHz: null,
    });
  });

  it("is not known without a spectrum, or with a bin that has no muons", () => {
    const reasonOf = (change: object, spectrum: MuonSpectrum | null = HEAVY_FLAVOUR_SPECTRUM) =>
      triggerRate({ ...input, ...change }, { ...options, spectrum });
    expect(reasonOf({}, null)).toEqual({ status: "none", reason: "no muon spectrum is assumed" });
    expect(reasonOf({ turnOn: [bin(3, 4, 0, 0), bin(4, 20, 1, 2)] })).toMatchObject({
      reason: "the efficiency for 3 to 4 GeV has no muons to tell it",
    });
    expect(reasonOf({ plateau: clopperPearson(0, 0) })).toMatchObject({
      reason: "the efficiency for above 25 GeV has no muons to tell it",
    });
  });
});
