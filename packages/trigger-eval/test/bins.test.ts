import {
  DEFAULT_PT_EDGES_GEV,
  evaluateTrigger,
  PUBLISHED_PT_EDGES_GEV,
} from "@cnntargz/trigger-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Events per turn-on bin of muons with the given true pT. */
function totals(truePtGeV: readonly number[], binEdgesGeV?: readonly number[]): number[] {
  return evaluateTrigger(
    {
      predictedPtGeV: truePtGeV.map(() => 0),
      truePtGeV,
      isMuon: truePtGeV.map(() => 1),
    },
    { binEdgesGeV },
  ).turnOn.map((bin) => bin.efficiency.total);
}

describe("turn-on bins", () => {
  it("hold their lower edge and not their upper one", () => {
    expect(totals([3, 3.999, 4, 5, 6, 20, 2.999], [3, 4, 6])).toEqual([2, 2]);
  });

  it("agree with a search through all bins", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-9, max: 25, noNaN: true })), (values) => {
        const edges = PUBLISHED_PT_EDGES_GEV;
        const slow = edges
          .slice(1)
          .map((high, i) => values.filter((pt) => pt >= edges[i]! && pt < high).length);
        expect(totals(values, edges)).toEqual(slow);
      }),
    );
  });

  it("are 1 GeV wide from 3 to 20 GeV by default", () => {
    expect(DEFAULT_PT_EDGES_GEV[0]).toBe(3);
    expect(DEFAULT_PT_EDGES_GEV.at(-1)).toBe(20);
    expect(totals([])).toHaveLength(17);
  });

  it("are refused when they do not rise", () => {
    for (const edges of [[], [3], [3, 3], [4, 3]]) {
      expect(() => totals([5], edges)).toThrow(/binEdgesGeV \[.*\] are no bin edges/);
    }
    expect(() => totals([5], [3, Number.NaN])).toThrow(/binEdgesGeV\[1\] is NaN/);
    expect(() => totals([5], [0, 3])).toThrow(/first of binEdgesGeV is 0, it must be positive/);
  });
});
