import {
  type BitExact,
  parseContract,
  type Proportion,
  Requirements,
  type ResourceReport,
  type TriggerPerformance,
  Verdict,
} from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

import { exitCode, findDevice, judge, renderResources, renderVerdict } from "@cnntargz/fpga-eval";

const requirements = parseContract(Requirements, {}, "requirements");

const resources = (change: Partial<ResourceReport> = {}): ResourceReport => ({
  kind: "resource-report",
  schemaVersion: 1,
  source: "estimate",
  like: "csynth",
  device: findDevice("xcvu13p"),
  clockNs: 2,
  perLayer: [{ name: "conv1", lut: 20_000, ff: 10_000, dsp: 0, bram18: 11, uram: 0 }],
  total: { lut: 20_000, ff: 10_000, dsp: 0, bram18: 11, uram: 0 },
  band: {
    lut: [15_000, 30_000],
    ff: [8_000, 14_000],
    dsp: [0, 6],
    bram18: [11, 11],
    uram: [0, 0],
  },
  latencyCycles: 183,
  initiationInterval: 148,
  input: "1 pixel (1 x ap_ufixed<2,1>) per clock",
  ...change,
});

const proportion = (passed: number, total: number): Proportion => ({
  passed,
  total,
  value: total === 0 ? null : passed / total,
  low: 0,
  high: 1,
  confidence: 0.682689492137,
});

/** Upper limit for no fake: 1 - 0.05^(1/n); close enough to the binomial one otherwise for a fixture. */
const upperLimit = (passed: number, total: number) =>
  passed === 0 ? 1 - 0.05 ** (1 / total) : (passed + 1.65 * Math.sqrt(passed) + 1.5) / total;

const performance = ({
  fakes = [0, 100_000] as readonly [number, number],
  plateau = [9_900, 10_000] as readonly [number, number],
  plateauLowerLimit = 0.988,
  fakeRateUpperLimit = upperLimit(...fakes),
} = {}): TriggerPerformance => ({
  kind: "trigger-performance",
  schemaVersion: 1,
  thresholdGeV: 10,
  muons: plateau[1],
  background: fakes[1],
  turnOn: [],
  turnOnFit: { status: "none", reason: "not fitted" },
  fiftyPercentGeV: null,
  plateau: proportion(...plateau),
  plateauLowerLimit,
  plateauByEta: [],
  fakeRate: proportion(...fakes),
  fakeRateUpperLimit,
  fakeRateTest: { rate: 0.002, minimumEvents: 1_497, conclusiveEvents: null },
  resolution: null,
  resolutionByPt: [],
  etaResolutionPx: null,
  etaLocalResolution: null,
  etaGlobalResolution: null,
  rate: { status: "none", reason: "not computed" },
  scan: [],
  workingPoints: {
    atFakeRate: { target: 0.002, point: null },
    atPlateau: { target: 0.95, point: null },
  },
});

const pair = (images: number, mismatches: number) => ({
  reference: "interpreter",
  candidate: "C++",
  images,
  mismatches,
  wholeTestSet: true,
});
const bitExact = (...pairs: readonly ReturnType<typeof pair>[]): BitExact => ({
  images: Math.min(...pairs.map(({ images }) => images), pairs.length === 0 ? 0 : Infinity),
  mismatches: pairs.reduce((sum, { mismatches }) => sum + mismatches, 0),
  pairs,
});

const good = {
  resources: resources(),
  performance: performance(),
  bitExact: bitExact(pair(200_000, 0)),
};
const row = (verdict: Verdict, start: string) =>
  verdict.rows.find(({ requirement }) => requirement.startsWith(start))!;

describe("judge", () => {
  it("passes a design that meets all requirements, with six rows", () => {
    const verdict = judge(good, requirements);
    expect(parseContract(Verdict, verdict, "verdict")).toEqual(verdict);
    expect(verdict.rows.map(({ status }) => status)).toEqual([
      "pass",
      "pass",
      "pass",
      "pass",
      "pass",
      "info",
    ]);
    expect(verdict.status).toBe("pass");
    expect(exitCode(verdict)).toBe(0);
  });

  it("fits by the upper end of the band", () => {
    const at = (lut: readonly [number, number]) =>
      judge(
        { ...good, resources: resources({ band: { ...resources().band, lut } }) },
        requirements,
      );
    expect(row(at([1, 1_728_000]), "fits")).toMatchObject({
      status: "pass",
      value: 100,
      margin: 0,
    });
    expect(row(at([1, 1_728_001]), "fits").status).toBe("inconclusive");
    expect(row(at([1_728_001, 2_000_000]), "fits")).toMatchObject({ status: "fail" });
    expect(row(at([1_728_001, 2_000_000]), "fits").note).toMatch(/too many: LUT/);
    expect(exitCode(at([1, 1_728_001]))).toBe(3);
  });

  it("does not fit a resource that the device lacks, nor a report without resources", () => {
    const noUram = findDevice("xcku115");
    const withUram = resources({ device: noUram, band: { ...resources().band, uram: [1, 1] } });
    expect(row(judge({ ...good, resources: withUram }, requirements), "fits")).toMatchObject({
      status: "fail",
      value: null,
    });
    const nothing = [0, 0] as const;
    const empty = resources({
      band: { lut: nothing, ff: nothing, dsp: nothing, bram18: nothing, uram: nothing },
    });
    expect(row(judge({ ...good, resources: empty }, requirements), "fits").status).toBe(
      "inconclusive",
    );
  });

  it("compares latency in nanoseconds", () => {
    const at = (latencyCycles: number) =>
      row(judge({ ...good, resources: resources({ latencyCycles }) }, requirements), "latency");
    expect(at(200)).toMatchObject({ status: "pass", value: 400, margin: 0 });
    expect(at(201).status).toBe("fail");
    expect(at(0)).toMatchObject({ status: "inconclusive", value: null });
    expect(at(183).note).toContain("1 pixel");
  });

  it("passes a fake rate only from 1,497 background events on", () => {
    const at = (fakes: readonly [number, number]) =>
      row(judge({ ...good, performance: performance({ fakes }) }, requirements), "fake rate");
    expect(at([0, 1_496]).status).toBe("inconclusive");
    expect(at([0, 1_496]).note).toContain("1,497");
    expect(at([0, 1_497]).status).toBe("pass");
    expect(at([0, 0])).toMatchObject({ status: "inconclusive", value: null });
    expect(at([150, 100_000]).status).toBe("pass");
    expect(at([200, 100_000]).status).toBe("fail");
    expect(at([200, 100_000]).note).toMatch(/200 of 100,000 .*0\.2 %/);
  });

  it("fails few background events only when the failure is proven", () => {
    const at = (fakes: readonly [number, number]) =>
      row(judge({ ...good, performance: performance({ fakes }) }, requirements), "fake rate");
    // 100 events at 0.002: P(X >= 1) = 18 %, P(X >= 2) = 1.7 %.
    expect(at([1, 100]).status).toBe("inconclusive");
    expect(at([2, 100]).status).toBe("fail");
  });

  it("asks the plateau's lower limit", () => {
    const at = (plateau: readonly [number, number], plateauLowerLimit: number) =>
      row(
        judge({ ...good, performance: performance({ plateau, plateauLowerLimit }) }, requirements),
        "plateau",
      );
    expect(at([9_600, 10_000], 0.95)).toMatchObject({ status: "pass", margin: 0 });
    expect(at([9_600, 10_000], 0.9499).status).toBe("fail");
    expect(at([0, 0], 0)).toMatchObject({ status: "inconclusive", value: null });
    // 0.95^58 > 5 % > 0.95^59: 58 muons can not show it.
    expect(at([58, 58], 0.9497).status).toBe("inconclusive");
    expect(at([59, 59], 0.9505).status).toBe("pass");
    expect(at([0, 58], 0).status).toBe("fail");
  });

  it("wants at least one pair without a mismatch", () => {
    const at = (evidence: BitExact) =>
      row(judge({ ...good, bitExact: evidence }, requirements), "bit-exact");
    expect(at(bitExact()).status).toBe("inconclusive");
    expect(at(bitExact(pair(0, 0))).status).toBe("inconclusive");
    expect(at(bitExact(pair(10, 0), pair(10, 1)))).toMatchObject({ status: "fail", value: 1 });
    expect(at(bitExact(pair(1, 0))).status).toBe("pass");
  });

  it("informs of the interval without letting it decide, and passes it when it keeps up", () => {
    const at = (initiationInterval: number) =>
      judge({ ...good, resources: resources({ initiationInterval }) }, requirements);
    expect(row(at(12), "one image").status).toBe("pass");
    expect(row(at(13), "one image").status).toBe("info");
    expect(at(13).status).toBe("pass");
    expect(row(at(148), "one image").note).toContain("12 copies");
  });

  it("lists other noise as information after the fake rate", () => {
    const bad = performance({ fakes: [900, 1_000] });
    const verdict = judge(
      { ...good, atNoise: [{ noisePerPixel: 0.003, performance: bad }] },
      requirements,
    );
    expect(verdict.rows[3]).toMatchObject({ status: "info" });
    expect(verdict.rows[3]!.requirement).toContain("at noise 0.003");
    expect(verdict.status).toBe("pass");
  });

  it("refuses evidence that contradicts itself", () => {
    const cases = [
      { ...good, performance: performance({ fakes: [3, 2], fakeRateUpperLimit: 2 }) },
      { ...good, performance: performance({ fakes: [50, 100], fakeRateUpperLimit: 0.001 }) },
      { ...good, performance: performance({ plateauLowerLimit: 0.999 }) },
      { ...good, bitExact: { ...bitExact(pair(5, 2)), mismatches: 0 } },
    ];
    for (const evidence of cases) {
      expect(() => judge(evidence, requirements)).toThrow(/again/);
    }
  });

  it("says fail when one row fails and another is inconclusive", () => {
    const verdict = judge(
      { ...good, resources: resources({ latencyCycles: 222 }), bitExact: bitExact() },
      requirements,
    );
    expect(verdict.status).toBe("fail");
    expect(exitCode(verdict)).toBe(3);
  });
});

describe("renderVerdict", () => {
  it("prints every row, its note and the answer", () => {
    const verdict = judge(good, requirements);
    const text = renderVerdict(verdict);
    for (const { requirement, note } of verdict.rows) {
      expect(text).toContain(requirement);
      expect(text).toContain(note);
    }
    expect(text).toMatch(/verdict: pass\n$/);
    const [header, rule, ...rest] = text.split("\n\n", 1)[0]!.split("\n");
    expect(rest).toHaveLength(verdict.rows.length);
    expect(rule!.length).toBeGreaterThanOrEqual(header!.length);
  });
});

describe("renderResources", () => {
  it("prints layers, band, shares and the input that latency is stated for", () => {
    const text = renderResources(resources());
    expect(text).toMatch(/conv1 +20,000 +10,000 +0 +11 +0/);
    expect(text).toContain("15,000..30,000");
    expect(text).toContain("1.16 %");
    expect(text).toContain("183 cycles = 366 ns");
    expect(text).toContain("1 pixel (1 x ap_ufixed<2,1>) per clock");
    expect(text).toMatch(/^estimate, like csynth/);
  });
});
