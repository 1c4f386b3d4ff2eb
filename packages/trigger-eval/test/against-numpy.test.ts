import { readFileSync } from "node:fs";

import type { PtResolution } from "@cnntargz/contracts";
import { evaluateTrigger, spreadOf, type TriggerInput } from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

interface Interval {
  passed: number;
  total: number;
  low: number;
  high: number;
}
interface Spread {
  events: number;
  bias: number;
  std: number;
  halfWidth68: number;
}
interface Point {
  thresholdGeV: number;
  plateau: Interval;
  plateauLowerLimit: number;
  fakeRate: Interval;
  fakeRateUpperLimit: number;
}
interface Fixture {
  events: Record<keyof TriggerInput, number[]>;
  expected: {
    turnOn: Interval[];
    plateau: Interval;
    plateauByEta: Interval[];
    fakeRate: Interval;
    near: Spread;
    nearInverse: Spread;
    from5to6: Spread;
    from5to6Inverse: Spread;
    etaGlobal: Spread;
    etaLocal: Spread;
    atFakeRate: Point;
    atPlateau: Point;
    scan: Point[];
  };
}
const { events, expected } = JSON.parse(
  readFileSync(new URL("fixtures/trigger-sample.json", import.meta.url), "utf8"),
) as Fixture;

/** Half a step of what the accumulator counts in. */
const HALF_STEP = 0.0005;

function expectInterval(found: object, { passed, total, low, high }: Interval): void {
  expect(found).toMatchObject({ passed, total });
  const { low: foundLow, high: foundHigh } = found as Interval;
  expect(Math.abs(foundLow - low)).toBeLessThan(1e-9);
  expect(Math.abs(foundHigh - high)).toBeLessThan(1e-9);
}

/** Of residuals that are whole steps: to rounding. */
function expectSpread(found: PtResolution, reference: Spread): void {
  expect(found.events).toBe(reference.events);
  expect(found.biasGeV).toBeCloseTo(reference.bias, 10);
  expect(found.stdGeV).toBeCloseTo(reference.std, 10);
  expect(found.halfWidth68GeV).toBeCloseTo(reference.halfWidth68, 10);
}

/** Of residuals that were rounded to steps. */
function expectRoundedSpread(
  found: readonly [events: number, bias: number, std: number, halfWidth68: number],
  { events: count, bias, std, halfWidth68 }: Spread,
): void {
  expect(found[0]).toBe(count);
  expect(Math.abs(found[1] - bias)).toBeLessThan(HALF_STEP / 5);
  expect(Math.abs(found[2] - std)).toBeLessThan(HALF_STEP / 5);
  expect(Math.abs(found[3] - halfWidth68)).toBeLessThan(HALF_STEP);
}

describe("a sample that numpy and scipy have evaluated", () => {
  const performance = evaluateTrigger(events, {
    requiredFakeRate: 0.01,
    requiredPlateau: 0.9,
    scanGeV: expected.scan.map(({ thresholdGeV }) => thresholdGeV),
  });

  it("has their counts and intervals", () => {
    expect(performance.muons + performance.background).toBe(events.isMuon.length);
    performance.turnOn.forEach(({ efficiency }, bin) => {
      expectInterval(efficiency, expected.turnOn[bin]!);
    });
    expectInterval(performance.plateau, expected.plateau);
    expectInterval(performance.fakeRate, expected.fakeRate);
    expect(performance.plateauByEta).toHaveLength(21);
    performance.plateauByEta.forEach(({ efficiency }, bin) => {
      expectInterval(efficiency, expected.plateauByEta[bin]!);
    });
  });

  it("has their resolutions, of pT and of 1/pT", () => {
    expectSpread(performance.resolution!, expected.near);
    expectSpread(performance.resolutionByPt[2]!, expected.from5to6);
    expect(performance.resolutionByPt[2]).toMatchObject({ ptLowGeV: 5, ptHighGeV: 6 });
    for (const [{ inversePt }, reference] of [
      [performance.resolution!, expected.nearInverse],
      [performance.resolutionByPt[2]!, expected.from5to6Inverse],
    ] as const) {
      const { events: count, bias, std, halfWidth68 } = inversePt!;
      expectRoundedSpread([count, bias, std, halfWidth68], reference);
    }
  });

  it("has their eta resolutions, within the window and global", () => {
    for (const [found, reference] of [
      [performance.etaGlobalResolution!, expected.etaGlobal],
      [performance.etaLocalResolution!, expected.etaLocal],
    ] as const) {
      expectRoundedSpread(
        [found.events, found.biasPx, found.stdPx, found.halfWidth68Px],
        reference,
      );
    }
    expect(expected.etaLocal.events).toBeLessThan(expected.etaGlobal.events);
  });

  it("has their plateau and fake rate at other thresholds, and their working points", () => {
    const { atFakeRate, atPlateau } = performance.workingPoints;
    for (const [found, reference] of [
      [atFakeRate.point!, expected.atFakeRate],
      [atPlateau.point!, expected.atPlateau],
      ...performance.scan.map((point, i) => [point, expected.scan[i]!] as const),
    ] as const) {
      expect(found.thresholdGeV).toBe(reference.thresholdGeV);
      expectInterval(found.plateau, reference.plateau);
      expectInterval(found.fakeRate, reference.fakeRate);
      expect(found.plateauLowerLimit).toBeCloseTo(reference.plateauLowerLimit, 9);
      expect(found.fakeRateUpperLimit).toBeCloseTo(reference.fakeRateUpperLimit, 9);
    }
    expect(atFakeRate.target).toBe(0.01);
    expect(atPlateau.target).toBe(0.9);
  });

  it("has spreads that the slow, exact function has too", () => {
    const near = events.isMuon.flatMap((muon, event) => {
      const [truth, predicted] = [events.truePtGeV[event]!, events.predictedPtGeV[event]!];
      return muon === 1 && Math.abs(truth - 10) <= 1 ? [predicted - truth] : [];
    });
    const slow = spreadOf(near)!;
    const fast = performance.resolution!;
    expect(fast.biasErrorGeV).toBeCloseTo(slow.biasError, 6);
    expect(fast.stdErrorGeV).toBeCloseTo(slow.stdError, 6);
    expect(fast.halfWidth68ErrorGeV).toBeCloseTo(slow.halfWidth68Error, 6);
  });
});
