import { clopperPearson, fiftyPercentPoint, PUBLISHED_PT_EDGES_GEV } from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

const binsOf = (
  edges: readonly number[],
  efficiencies: readonly (number | null)[],
  total: number,
) =>
  efficiencies.map((efficiency, i) => ({
    ptLowGeV: edges[i]!,
    ptHighGeV: edges[i + 1]!,
    efficiency:
      efficiency === null
        ? clopperPearson(0, 0)
        : clopperPearson(Math.round(efficiency * total), total),
  }));
const EDGES = [3, 4, 5, 6, 7, 8, 9];

describe("fiftyPercentPoint", () => {
  it("is where the published curves rise through 1/2: 8.0 and 9.1 GeV", () => {
    // Efficiencies read off the plots of the 4-bit Student, old and new data set.
    const old = [0.069, 0.076, 0.089, 0.122, 0.213, 0.404, 0.597, 0.724, 0.822, 0.87, 0.873];
    const young = [0.041, 0.048, 0.055, 0.087, 0.147, 0.258, 0.419, 0.554, 0.734, 0.825, 0.869];
    const of = (efficiencies: number[]) =>
      fiftyPercentPoint(binsOf(PUBLISHED_PT_EDGES_GEV, efficiencies, 1000))!;
    expect(of(old).value).toBeCloseTo(7.5 + 0.096 / 0.193, 10);
    expect(of(young).value).toBeCloseTo(8.5 + 0.081 / 0.135, 10);
  });

  it("lies between the crossings of the interval's edges", () => {
    const { value, low, high } = fiftyPercentPoint(binsOf(EDGES, [0, 0.1, 0.4, 0.8, 0.9, 1], 100))!;
    expect(value).toBeCloseTo(5.75, 10);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    const few = fiftyPercentPoint(binsOf(EDGES, [0, 0, 0, 0, 1, 1], 1))!;
    // One muon per bin: the upper edge of none of one is 0.84, which never is below 1/2.
    expect(few).toEqual({ value: 7, low: null, high: null });
  });

  it("is the centre of a bin that is at exactly one half", () => {
    const { value, low, high } = fiftyPercentPoint(binsOf(EDGES, [0, 0.2, 0.5, 0.8, 0.9, 1], 10))!;
    expect(value).toBe(5.5);
    expect(low).toBeLessThan(5.5);
    expect(high).toBeGreaterThan(5.5);
    // Also when it is the last one, and once only when a second bin is at one half, too.
    expect(fiftyPercentPoint(binsOf(EDGES, [0, 0, 0, 0, 0.1, 0.5], 10))!.value).toBe(8.5);
    expect(fiftyPercentPoint(binsOf(EDGES, [0, 0.1, 0.5, 0.5, 0.9, 1], 10))!.value).toBe(5.5);
    // A curve that touches one half and falls again has risen through it; one that begins there has not.
    expect(fiftyPercentPoint(binsOf(EDGES, [0, 0.5, 0.4, 0.3, 0.2, 0.1], 10))!.value).toBe(4.5);
    expect(fiftyPercentPoint(binsOf(EDGES, [0.5, 0.5, 0.5, 0.6, 0.7, 0.8], 10))).toBeNull();
  });

  it("looks past bins without muons", () => {
    expect(fiftyPercentPoint(binsOf(EDGES, [0, null, null, 1, 1, 1], 10))!.value).toBe(5);
  });

  it("is null when the curve does not rise through 1/2", () => {
    expect(fiftyPercentPoint([])).toBeNull();
    expect(fiftyPercentPoint(binsOf(EDGES, [0, 0.1, 0.2, 0.3, 0.4, 0.49], 100))).toBeNull();
    expect(fiftyPercentPoint(binsOf(EDGES, [0.5, 0.6, 0.7, 0.8, 0.9, 1], 100))).toBeNull();
    expect(fiftyPercentPoint(binsOf(EDGES, [1, 0.9, 0.6, 0.4, 0.2, 0], 100))).toBeNull();
  });
});
