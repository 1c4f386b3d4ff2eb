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

import {
  exitCode,
  findDevice,
  judge,
  judgeResources,
  renderResources,
  renderVerdict,
} from "@cnntargz/fpga-eval";

import { readFixture } from "./report-fixtures.js";

const requirements = parseContract(Requirements, {}, "requirements");

const resources = (change: Partial<ResourceReport> = {}): ResourceReport => ({
  kind: "resource-report",
  schemaVersion: 1,
  source: "estimate",
  like: "csynth",
  tool: null,
  design: "student",
  device: findDevice("xcvu13p"),
  clockNs: 2,
  estimatedClockNs: null,
  wnsNs: null,
  passed: null,
  perLayer: [
    { name: "conv1", lut: 20_000, ff: 10_000, dsp: 0, bram18: 11, uram: 0, latencyCycles: null },
  ],
  total: { lut: 20_000, ff: 10_000, dsp: 0, bram18: 11, uram: 0 },
  band: {
    lut: [15_000, 30_000],
    ff: [8_000, 14_000],
    dsp: [0, 6],
    bram18: [11, 11],
    uram: [0, 0],
  },
  latencyCycles: 183,
  latencyCyclesRange: null,
  initiationInterval: 148,
  initiationIntervalRange: null,
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

  it("names the layers to blame for what exceeds, and what would help", () => {
    const total = { lut: 2_000_000, ff: 10_000, dsp: 20_000, bram18: 11, uram: 0 };
    const layer = (name: string, lut: number, dsp: number) => ({
      ...{ name, lut, ff: 0, dsp, bram18: 0, uram: 0, latencyCycles: null },
    });
    const exact = (value: number) => [value, value] as const;
    const big = resources({
      total,
      band: {
        lut: [1_800_000, 2_500_000],
        ff: exact(10_000),
        dsp: exact(20_000),
        bram18: exact(11),
        uram: exact(0),
      },
      perLayer: [
        layer("conv1", 20_000, 0),
        layer("conv4", 1_200_000, 19_000),
        layer("dense1", 480_000, 1000),
      ],
    });
    const { note, status } = row(judge({ ...good, resources: big }, requirements), "fits");
    expect(status).toBe("fail");
    expect(note).toMatch(/too many: LUT, DSP\./);
    // What no layer takes is 300,000 LUTs.
    expect(note).toMatch(
      /LUT is taken by conv4 1,200,000 \(60 %\), dense1 480,000 \(24 %\); fewer bits/,
    );
    expect(note).toMatch(/DSP is taken by conv4 19,000 \(95 %\); weights of at most 4 bits/);
    expect(note).not.toMatch(/FF is taken/);
    const outside = row(
      judge(
        { ...good, resources: { ...big, perLayer: [layer("conv1", 100_000, 0)] } },
        requirements,
      ),
      "fits",
    );
    expect(outside.note).toMatch(
      /LUT is taken by FIFOs and logic outside the layers 1,900,000 \(95 %\)/,
    );
    const silent = row(
      judge({ ...good, resources: { ...big, perLayer: [] } }, requirements),
      "fits",
    );
    expect(silent.note).toMatch(/LUT: the report has no rows per layer/);
  });

  it("fits into a share of the device", () => {
    const share = { ...requirements, deviceShare: 0.01 };
    // 30,000 LUTs are 1.7 % of the device, the low end of 15,000 is 0.87 %.
    expect(row(judge(good, share), "fits in 1 % of xcvu13p")).toMatchObject({
      status: "inconclusive",
      limit: 1,
    });
    expect(row(judge(good, { ...share, deviceShare: 0.02 }), "fits").status).toBe("pass");
  });

  it("does not conclude from what a report leaves out, but for UltraRAM, which tools list", () => {
    const band = resources().band;
    const fits = (change: Partial<ResourceReport>) =>
      row(judge({ ...good, resources: resources(change) }, requirements), "fits");
    expect(fits({ band: { ...band, uram: null } }).status).toBe("pass");
    expect(fits({ band: { ...band, bram18: null } })).toMatchObject({
      status: "inconclusive",
      note: expect.stringMatching(/not stated: BRAM18/) as string,
    });
    expect(fits({ device: null }).status).toBe("inconclusive");
    const unknownPart = { lut: null, ff: null, dsp: null, bram18: null, uram: null };
    const device = { ...findDevice("xcvu13p"), available: unknownPart };
    expect(fits({ device })).toMatchObject({ status: "inconclusive", value: 0 });
    // Too many is too many, whatever else is not stated.
    expect(fits({ band: { ...band, lut: [2e6, 2e6], bram18: null } }).status).toBe("fail");
  });

  it("blames layers for latency where their cycles are known", () => {
    const latency = (change: Partial<ResourceReport>) =>
      row(judge({ ...good, resources: resources(change) }, requirements), "latency");
    const perLayer = [150, 60, 12].map((latencyCycles, at) => ({
      ...{ name: `conv${at + 1}`, lut: 0, ff: 0, dsp: 0, bram18: 0, uram: 0, latencyCycles },
    }));
    expect(latency({ latencyCycles: 222, perLayer }).note).toMatch(
      /Most cycles: conv1 150 \(68 %\), conv2 60 \(27 %\)\. It would help to have a smaller reuseFactor/,
    );
    expect(latency({ latencyCycles: 222 }).note).toMatch(/It would help to have a smaller/);
    expect(latency({ latencyCycles: 183, perLayer }).note).not.toMatch(/help/);
  });

  it("takes the clock that timing analysis allows, and none for granted", () => {
    const latency = (change: Partial<ResourceReport>) =>
      row(judge({ ...good, resources: resources(change) }, requirements), "latency");
    expect(latency({ estimatedClockNs: 1.5 })).toMatchObject({ status: "pass", value: 366 });
    expect(latency({ estimatedClockNs: 2.5 })).toMatchObject({
      status: "fail",
      value: 457.5,
      note: expect.stringMatching(
        /183 cycles of 2\.5 ns .* does not allow the 2 ns asked for/,
      ) as string,
    });
    expect(latency({ clockNs: null })).toMatchObject({
      status: "inconclusive",
      note: expect.stringMatching(/183 cycles but no clock/) as string,
    });
    expect(latency({ latencyCycles: null }).status).toBe("inconclusive");
    const interval = judge(
      { ...good, resources: resources({ initiationInterval: null }) },
      requirements,
    );
    expect(row(interval, "one image")).toMatchObject({ status: "info", value: null });
  });

  it("judges resources alone by the rows they answer", () => {
    const verdict = judgeResources(resources(), requirements);
    expect(verdict.rows.map(({ requirement }) => requirement.split(" ")[0])).toEqual([
      "fits",
      "latency",
      "one",
    ]);
    expect(verdict.status).toBe("pass");
    expect(judgeResources(resources({ latencyCycles: 222 }), requirements).status).toBe("fail");
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

  it("prints a tool's report without a band, and dashes for what it does not state", () => {
    const text = renderResources(readFixture("written/vitis-hls-2025.2_csynth.rpt"));
    expect(text).toMatch(/^vitis-hls csynth \(Vitis HLS 2025\.2\)\n/);
    expect(text).not.toContain("band");
    expect(text).toMatch(/^total +18,733 +10,622 +6 +11 +0$/m);
    expect(text).toContain("latency 21 or more cycles, interval 8 or more cycles, clock 2 ns");
    const routed = renderResources(readFixture("written/vivado-2025.1_routed_timing.rpt"));
    expect(routed).toBe(
      "vivado-route post-route (Vivado 2025.1)\nclock 2.781 ns (timing analysis does not allow 2 ns), the tool says: failed\n",
    );
  });
});
