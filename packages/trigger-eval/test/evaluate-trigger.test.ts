import { parseContract, TriggerPerformance } from "@cnntargz/contracts";
import { evaluateTrigger, upperLimit } from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

/** Six muons and four background events, small enough to count by eye. */
const input = {
  predictedPtGeV: [10, 9.9, 12, 30, 9, 10.5, 0, 11, 3, 2],
  truePtGeV: [9, 9, 11, 20, 15, 11.01, 0, 0, 0, 0],
  isMuon: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0],
  predictedEta: [0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 99, 99, 99, 99],
  trueEta: [0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0],
};

describe("evaluateTrigger", () => {
  const performance = evaluateTrigger(input);

  it("honours its contract", () => {
    expect(parseContract(TriggerPerformance, performance, "performance")).toEqual(performance);
  });

  it("counts events at or above the threshold in bins of true pT", () => {
    const counts = new Map(
      performance.turnOn.map(({ ptLowGeV, efficiency }) => [
        ptLowGeV,
        [efficiency.passed, efficiency.total],
      ]),
    );
    expect(counts.get(9)).toEqual([1, 2]);
    expect(counts.get(11)).toEqual([2, 2]);
    expect(counts.get(15)).toEqual([0, 1]);
    expect(counts.get(10)).toEqual([0, 0]);
  });

  it("takes the plateau from 15 to 20 GeV, both included, and fakes from background only", () => {
    expect(performance.plateau).toMatchObject({ passed: 1, total: 2, value: 0.5 });
    expect(performance.fakeRate).toMatchObject({ passed: 1, total: 4, value: 0.25 });
    expect(performance.fakeRateUpperLimit).toBe(upperLimit(1, 4, 0.95));
    expect(performance.plateauLowerLimit).toBeLessThan(performance.plateau.low);
  });

  it("takes the resolution from true pT within 1 GeV of the threshold", () => {
    // Residuals of true pT 9, 9 and 11: 1, 0.9 and 1; 11.01 is outside.
    expect(performance.resolution!.events).toBe(3);
    expect(performance.resolution!.biasGeV).toBeCloseTo(2.9 / 3, 12);
    expect(performance.resolution!.stdGeV).toBeCloseTo(Math.sqrt(0.02 / 9), 12);
    expect(performance.resolution).toMatchObject({ ptLowGeV: 9, ptHighGeV: 11 });
  });

  it("takes the eta resolution from muons only, in pixels", () => {
    const off = (0.25 * 384) / 1.05;
    expect(performance.etaResolutionPx).toBeCloseTo(off / Math.sqrt(6), 3);
    expect(performance.etaGlobalResolution!.events).toBe(6);
    expect(performance.etaGlobalResolution!.biasPx).toBeCloseTo(off / 6, 3);
    expect(performance.etaLocalResolution).toBeNull();
    const { predictedPtGeV, truePtGeV, isMuon } = input;
    const without = evaluateTrigger({ predictedPtGeV, truePtGeV, isMuon });
    expect(without.etaResolutionPx).toBeNull();
    expect(without.plateauByEta).toEqual([]);
  });

  it("moves with the threshold", () => {
    const low = evaluateTrigger(input, { thresholdGeV: 2 });
    expect(low.thresholdGeV).toBe(2);
    expect(low.fakeRate.passed).toBe(3);
    expect(low.plateau.passed).toBe(2);
    expect(low.resolution).toBeNull();
  });

  it("does not look at the truth of background", () => {
    const truePtGeV = input.truePtGeV.map((pt, event) =>
      input.isMuon[event] === 1 ? pt : Number.NaN,
    );
    expect(evaluateTrigger({ ...input, truePtGeV })).toEqual(performance);
  });

  it("claims nothing of an empty sample", () => {
    const empty = evaluateTrigger({ predictedPtGeV: [], truePtGeV: [], isMuon: [] });
    expect(parseContract(TriggerPerformance, empty, "empty")).toEqual(empty);
    expect(empty.plateau.value).toBeNull();
    expect(empty.plateauLowerLimit).toBe(0);
    expect(empty.fakeRateUpperLimit).toBe(1);
    expect(empty.resolution).toBeNull();
    expect(
      empty.turnOn.every(({ efficiency }) => efficiency.low === 0 && efficiency.high === 1),
    ).toBe(true);
  });

  it("refuses input that makes no sense, and says which", () => {
    const replace = (array: readonly number[], event: number, value: number) =>
      array.with(event, value);
    const refused = (change: Partial<typeof input>) => () =>
      evaluateTrigger({ ...input, ...change });
    expect(refused({ truePtGeV: [1] })).toThrow(/truePtGeV has 1 entries, predictedPtGeV has 10/);
    expect(refused({ isMuon: [] })).toThrow(/isMuon has 0 entries/);
    expect(refused({ trueEta: [1, 2] })).toThrow(/trueEta has 2/);
    expect(refused({ isMuon: replace(input.isMuon, 4, 2) })).toThrow(/isMuon of event 4 is 2/);
    for (const value of [Number.NaN, Infinity]) {
      expect(refused({ predictedPtGeV: replace(input.predictedPtGeV, 7, value) })).toThrow(
        /predictedPtGeV of event 7/,
      );
      expect(refused({ truePtGeV: replace(input.truePtGeV, 0, value) })).toThrow(
        /truePtGeV of event 0/,
      );
      expect(refused({ predictedEta: replace(input.predictedEta, 3, value) })).toThrow(
        /predictedEta of event 3/,
      );
    }
    const half = { ...input, predictedEta: undefined };
    expect(() => evaluateTrigger(half)).toThrow(/give both or neither/);
    expect(() => evaluateTrigger(input, { thresholdGeV: 0 })).toThrow(/thresholdGeV is 0/);
    expect(() => evaluateTrigger(input, { thresholdGeV: Number.NaN })).toThrow(
      /thresholdGeV is NaN/,
    );
  });

  it("takes typed arrays of a million events and finds a known turn-on", () => {
    // pT measured with a logistic error of known width: the efficiency at pT t is known exactly.
    const events = 1_000_000;
    const predictedPtGeV = new Float32Array(events);
    const truePtGeV = new Float32Array(events);
    const isMuon = new Uint8Array(events).fill(1);
    for (let event = 0; event < events; event++) {
      const slice = event % 1000;
      const p = (Math.floor(event / 1000) + 0.5) / 1000;
      truePtGeV[event] = 3 + (17 * (slice + 0.5)) / 1000;
      predictedPtGeV[event] = truePtGeV[event]! + Math.log(p / (1 - p));
    }
    const { turnOn } = evaluateTrigger({ predictedPtGeV, truePtGeV, isMuon });
    for (const { ptLowGeV, ptHighGeV, efficiency } of turnOn) {
      // Mean of 1 / (1 + exp(10 - t)) over the bin.
      const primitive = (t: number) => Math.log1p(Math.exp(t - 10));
      const expected = (primitive(ptHighGeV) - primitive(ptLowGeV)) / (ptHighGeV - ptLowGeV);
      expect(Math.abs(efficiency.value! - expected)).toBeLessThan(0.004);
    }
  });
});
