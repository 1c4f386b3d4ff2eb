import type { ResourceReport } from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

import {
  compareDesigns,
  estimateHls,
  findDevice,
  mergeReports,
  renderComparison,
} from "@cnntargz/fpga-eval";

import { readFixture } from "./report-fixtures.js";
import { studentDesign } from "./student.js";

const vitis = readFixture("written/vitis-hls-2023.1_csynth.rpt");
/** The slides' Teacher: too many DSPs, URAM not mentioned. */
const teacher: ResourceReport = {
  ...vitis,
  source: "published",
  tool: null,
  device: findDevice("xcvu13p"),
  estimatedClockNs: null,
  perLayer: [],
  total: { lut: 265_600, ff: 2_400_000, dsp: 31_700, bram18: 1123, uram: null },
  band: {
    lut: [265_600, 265_600],
    ff: [2_400_000, 2_400_000],
    dsp: [31_700, 31_700],
    bram18: [1123, 1123],
    uram: null,
  },
  latencyCycles: 640,
  latencyCyclesRange: null,
};
const designs = [
  { design: "teacher", report: teacher },
  { design: "student", report: vitis },
  { design: "student", report: readFixture("written/vitis-hls-2024.1_impl_export.rpt") },
  { design: "student", report: readFixture("written/vitis-hls-2024.1_cosim.rpt") },
];

describe("a design of wires", () => {
  const report = readFixture("written/vitis-hls-2023.1_wires_csynth.xml");
  const compare = (changed: Partial<ResourceReport> = {}) =>
    compareDesigns([{ design: "wires", report: { ...report, ...changed } }], "wires")[0]!;

  it("takes nothing, in no time, and fits", () => {
    expect(report).toMatchObject({
      total: { lut: 0, ff: 0, dsp: 0, bram18: 0, uram: 0 },
      latencyCycles: 0,
      initiationInterval: 1,
      clockNs: 10,
      estimatedClockNs: 0,
    });
    expect(compare()).toMatchObject({
      fits: "pass",
      percent: { lut: 0, ff: 0 },
      timing: { periodNs: 10, latencyNs: 0, intervalNs: 10, missesClock: false },
    });
  });

  it("is a tool's word: an estimate of nothing says nothing", () => {
    expect(compare({ source: "estimate" }).fits).toBe("inconclusive");
    expect(compare({ device: null }).fits).toBe("inconclusive");
  });
});

describe("compareDesigns", () => {
  it("gives shares of the device and factors to the baseline, step by step", () => {
    const [first, student, routed, cosim] = compareDesigns(designs, "teacher");
    expect(first).toMatchObject({ fits: "fail", factors: null });
    expect(first!.percent.dsp).toBeCloseTo(257.98, 2);
    expect(first!.percent.uram).toBeNull();
    expect(student).toMatchObject({ fits: "pass", timing: { latencyNs: 366, intervalNs: 296 } });
    expect(student!.factors!.lut).toBeCloseTo(265_600 / 18_733);
    expect(student!.factors!.dsp).toBeCloseTo(31_700 / 6);
    expect(student!.factors!.latency).toBeCloseTo(640 / 183);
    expect(student!.factors!.uram).toBeNull();
    // Routed LUTs do not compare with what C-synthesis counts, and simulations count none.
    expect(routed!.factors).toBeNull();
    expect(cosim).toMatchObject({ fits: null, factors: null, percent: { lut: null } });
  });

  it("compares latency in time, at the clock that timing analysis allows", () => {
    const slow = { ...vitis, estimatedClockNs: 2.5 };
    const [, compared] = compareDesigns(
      [
        { design: "a", report: { ...vitis, clockNs: 1, estimatedClockNs: 0.9 } },
        { design: "b", report: slow },
      ],
      "a",
    );
    expect(compared!.timing).toEqual({
      periodNs: 2.5,
      latencyNs: 457.5,
      intervalNs: 370,
      missesClock: true,
    });
    expect(compared!.factors!.latency).toBeCloseTo(1 / 2.5);
  });

  it("does not choose between two reports of the baseline", () => {
    const twice = [
      { design: "a", report: vitis },
      { design: "a", report: { ...vitis, total: { ...vitis.total, lut: 1 } } },
      { design: "b", report: vitis },
    ];
    expect(compareDesigns(twice, "a").map(({ factors }) => factors)).toEqual([null, null, null]);
    expect(renderComparison(compareDesigns(twice, "a"), "a")).toContain(
      "no factors: a has no single report of this step",
    );
  });

  it("wants the baseline among the designs", () => {
    expect(() => compareDesigns(designs, "teecher")).toThrow(
      /baseline "teecher" is not among the designs: teacher, student/,
    );
  });

  it("compares estimates with reports of the same step", () => {
    const { plan, network } = studentDesign(4);
    const [, estimate] = compareDesigns(
      [...designs.slice(0, 1), { design: "mine", report: estimateHls(plan, network) }],
      "teacher",
    );
    expect(estimate!.factors!.ff).toBeGreaterThan(10);
  });
});

describe("renderComparison", () => {
  const text = renderComparison(compareDesigns(designs, "teacher"), "teacher");

  it("keeps steps apart, in the order of the flow, each number with its source", () => {
    const headings = [...text.matchAll(/^== (.*)$/gm)].map(([, heading]) => heading!.split(":")[0]);
    expect(headings).toEqual(["C-synthesis", "RTL co-simulation", "after routing"]);
    expect(text).toMatch(
      /^teacher +published csynth +265,600 +2,400,000 +31,700 +1,123 +- +640 +1,280/m,
    );
    expect(text).toMatch(/^student +vitis-hls csynth \(Vitis HLS 2023\.1\) +18,733/m);
    expect(text).toMatch(/^student +vivado-route post-route \(Vivado 2024\.1\) +9,012.* failed$/m);
    expect(text).toMatch(/^student +hls cosim \(Verilog simulation, xsim\) +185 .* passed$/m);
  });

  it("prints shares, verdicts and factors", () => {
    expect(text).toMatch(
      /^teacher +published csynth +15\.4 +69\.4 +258 +20\.9 +- +xcvu13p +fail$/m,
    );
    expect(text).toMatch(/^student .* 14\.2 +226 +5,280 +102 +- +3\.5$/m);
    expect(text).toContain("no factors: teacher has no single report of this step");
  });

  it("does not print a small share as none", () => {
    const small = { ...vitis, total: { ...vitis.total, dsp: 1 } };
    const report = renderComparison(compareDesigns([{ design: "a", report: small }], "a"), "a");
    expect(report).toMatch(/1\.08 +0\.31 +<0\.01/);
  });

  it("prints every report of a merged project", () => {
    const project = mergeReports([
      { files: ["a"], report: readFixture("vivado-2020.1/myproject_csynth.xml") },
      { files: ["b"], report: readFixture("vivado-2020.1/vivado_synth.rpt") },
    ]).map(({ report }) => ({ design: "p", report }));
    const printed = renderComparison(compareDesigns(project, "p"), "p");
    expect(printed).toMatch(
      /^p +vivado-hls csynth \(Vivado HLS 2020\.1\) +2,532 +7,969 +73 +0 +0 +10 +50 +40 +5$/m,
    );
    expect(printed).toMatch(
      /^p +vivado-synth synthesis \(Vivado 2020\.1\) +1,526 +2,428 +66 +0 +-$/m,
    );
    expect(printed).toMatch(/^p .* 4\.76 +7\.49 +33\.2 +0 +0 +xc7z020-clg400-1 +pass$/m);
  });
});
