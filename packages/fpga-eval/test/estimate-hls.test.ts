import { parseContract, ResourceReport } from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

import { estimateHls, synthesisLike } from "@cnntargz/fpga-eval";

import { studentDesign } from "./student.js";

const KINDS = ["lut", "ff", "dsp", "bram18", "uram"] as const;

describe("estimateHls", () => {
  const { plan, network } = studentDesign(4);
  const report = estimateHls(plan, network);

  it("is a valid report whose layers add up and whose bands hold the totals", () => {
    expect(parseContract(ResourceReport, report, "report")).toEqual(report);
    // A flatten is an alias.
    const names = plan.layers.map(({ name }) => name).filter((name) => name !== "flatten");
    expect(report.perLayer.map(({ name }) => name)).toEqual(names);
    for (const kind of KINDS) {
      const sum = report.perLayer.reduce((total, layer) => total + layer[kind], 0);
      expect(report.total[kind]).toBe(sum);
      const [low, high] = report.band[kind];
      expect(low).toBeLessThanOrEqual(report.total[kind]);
      expect(high).toBeGreaterThanOrEqual(report.total[kind]);
    }
    const cycles = report.perLayer.map(({ latencyCycles }) => latencyCycles!);
    expect(cycles.reduce((sum, own) => sum + own)).toBe(report.latencyCycles);
    // The first layer waits for the whole image, 144 pixels.
    expect(Math.max(...cycles)).toBe(cycles[0]);
    expect(report.band.lut[1]).toBeGreaterThan(1.2 * report.total.lut);
  });

  it("lands within 5 % of the published latencies, which nothing is fitted to", () => {
    expect(Math.abs(report.latencyCycles / 183 - 1)).toBeLessThan(0.05);
    const threeBit = studentDesign(3);
    const { latencyCycles } = estimateHls(threeBit.plan, threeBit.network);
    expect(Math.abs(latencyCycles / 182 - 1)).toBeLessThan(0.05);
    expect(latencyCycles).toBeLessThanOrEqual(report.latencyCycles);
  });

  it("needs no DSP at four bits and the published design's LUTs lie in the band", () => {
    expect(report.total.dsp).toBe(0);
    expect(report.band.dsp).toEqual([0, 0]);
    const published = 29_500;
    expect(report.band.lut[0]).toBeLessThan(published);
    expect(report.band.lut[1]).toBeGreaterThan(0.8 * published);
  });

  it("gives wide products to DSP blocks, several each at 32 bits", () => {
    const wide = studentDesign(16);
    const sixteen = estimateHls(wide.plan, wide.network);
    expect(sixteen.total.dsp).toBeGreaterThan(800);
    expect(sixteen.total.dsp).toBeLessThanOrEqual(996);
    const wider = studentDesign(32);
    const dsp = estimateHls(wider.plan, wider.network).total.dsp;
    // Published: 3.8 k for 996 products.
    expect(dsp).toBeGreaterThan(3 * 996);
    expect(dsp).toBeLessThanOrEqual(4 * 996);
  });

  it("grows with the width of weights and shrinks with zeros", () => {
    const three = studentDesign(3);
    expect(estimateHls(three.plan, three.network).total.lut).toBeLessThan(report.total.lut);
    const pruned = studentDesign(4);
    for (const layer of pruned.network.layers) {
      if (layer.kind === "conv2d" || layer.kind === "dense") {
        layer.weights.values.forEach((_, i) => {
          if (i % 2 === 0) layer.weights.values[i] = 0;
        });
      }
    }
    const half = estimateHls(pruned.plan, pruned.network).total.lut;
    expect(half).toBeLessThan(0.75 * report.total.lut);
  });

  it("takes more cycles at a faster clock and at a larger reuse factor", () => {
    const fast = studentDesign(4, { clockPeriodNs: 1 });
    const fastReport = estimateHls(fast.plan, fast.network);
    expect(fastReport.latencyCycles).toBeGreaterThan(report.latencyCycles);
    expect(fastReport.total.ff).toBeGreaterThan(report.total.ff);
    const reused = studentDesign(4, { reuseFactor: 2 });
    const reusedReport = estimateHls(reused.plan, reused.network);
    expect(reusedReport.latencyCycles).toBeGreaterThan(144 * 2);
    expect(reusedReport.initiationInterval).toBeGreaterThan(144 * 2);
  });

  it("shares multipliers when asked to, with weights in block RAM", () => {
    const shared = studentDesign(16, { strategy: "resource", reuseFactor: 48 });
    const unrolled = studentDesign(16);
    const sharedReport = estimateHls(shared.plan, shared.network);
    const unrolledReport = estimateHls(unrolled.plan, unrolled.network);
    expect(sharedReport.total.dsp).toBeLessThan(unrolledReport.total.dsp / 10);
    expect(sharedReport.total.bram18).toBeGreaterThan(unrolledReport.total.bram18);
    expect(sharedReport.latencyCycles).toBeGreaterThan(2 * unrolledReport.latencyCycles);
  });

  it("lands within 5 % of the published latencies with hls4ml's types, 32 bits included", () => {
    for (const [bits, published] of [
      [3, 182],
      [4, 183],
      [32, 222],
    ] as const) {
      const design = studentDesign(bits, {}, "hls4ml");
      const { latencyCycles } = estimateHls(design.plan, design.network);
      expect(Math.abs(latencyCycles / published - 1)).toBeLessThan(0.05);
    }
  });

  it("has the published 4-bit design within its bands", () => {
    const design = studentDesign(4, {}, "hls4ml");
    const { band } = estimateHls(design.plan, design.network);
    for (const [[low, high], published] of [
      [band.lut, 29_500],
      [band.ff, 14_300],
    ] as const) {
      expect(low).toBeLessThan(published);
      expect(high).toBeGreaterThan(published);
    }
  });

  it("refuses foreign networks and unknown parts", () => {
    expect(() => estimateHls(plan, { ...network, name: "other" })).toThrow(/"student".*"other"/);
    const shuffled = { ...network, layers: network.layers.toReversed() };
    expect(() => estimateHls(plan, shuffled)).toThrow(/conv1/);
    const unknown = studentDesign(4, { part: "xc7a35t" });
    expect(() => estimateHls(unknown.plan, unknown.network)).toThrow(/xc7a35t/);
  });
});

describe("estimateHls of io_parallel designs", () => {
  const design = (parallelizationFactor: number) =>
    studentDesign(
      4,
      { ioType: "io_parallel", clockPeriodNs: 2.38, parallelizationFactor },
      "hls4ml",
    );

  it("walks over output pixels, as the published design of 254 cycles and interval 104 does", () => {
    const { plan, network } = design(1);
    const report = estimateHls(plan, network);
    // 98 + 60 + 30 + 8 output pixels; the published design has 11 layers more, at a cycle or two each.
    expect(report.latencyCycles).toBeGreaterThan(254 - 2 * 11);
    expect(report.latencyCycles).toBeLessThan(254);
    expect(Math.abs(report.initiationInterval - 104)).toBeLessThanOrEqual(2);
    expect(report.input).toBe("1 image (9 x 16 x 1 x ap_fixed<16,6>) at once");
  });

  it("trades area for time with the parallelization factor", () => {
    const reports = [1, 2, 10, 1000].map((factor) => {
      const { plan, network } = design(factor);
      return estimateHls(plan, network);
    });
    for (const [at, slower] of reports.slice(0, -1).entries()) {
      const faster = reports[at + 1]!;
      expect(faster.latencyCycles).toBeLessThan(slower.latencyCycles);
      expect(faster.initiationInterval).toBeLessThan(slower.initiationInterval);
      expect(faster.total.lut).toBeGreaterThan(slower.total.lut);
    }
    // Everything at once: layers after each other, none longer than its adder trees.
    expect(reports.at(-1)!.latencyCycles).toBeLessThan(50);
  });

  it("takes one image per interval of its slowest layer as one pipeline", () => {
    const { plan, network } = design(1000);
    const report = estimateHls({ ...plan, pipelineStyle: "pipeline" }, network);
    expect(report.initiationInterval).toBe(1);
    const dataflow = estimateHls(plan, network);
    // No hand-offs, and no registers for them.
    expect(report.latencyCycles).toBe(dataflow.latencyCycles - dataflow.perLayer.length);
    expect(report.total.ff).toBeLessThan(dataflow.total.ff);
  });
});

describe("synthesisLike", () => {
  const { plan, network } = studentDesign(4);
  const report = estimateHls(plan, network);
  const synthesis = synthesisLike(report);

  it("is a report of its own kind, with about half the LUTs and a wider band", () => {
    expect(parseContract(ResourceReport, synthesis, "report")).toEqual(synthesis);
    expect(synthesis.like).toBe("synthesis");
    expect(synthesis.total.lut / report.total.lut).toBeCloseTo(0.46, 2);
    expect(synthesis.total.ff / report.total.ff).toBeCloseTo(0.72, 2);
    expect(synthesis.latencyCycles).toBe(report.latencyCycles);
    for (const kind of KINDS) {
      const [low, high] = synthesis.band[kind];
      expect(low).toBeLessThanOrEqual(synthesis.total[kind]);
      expect(high).toBeGreaterThanOrEqual(synthesis.total[kind]);
      if (report.total[kind] === 0) continue;
      const [lowBefore, highBefore] = report.band[kind];
      expect(high / Math.max(low, 1)).toBeGreaterThan(highBefore / Math.max(lowBefore, 1));
    }
  });

  it("leaves a report alone that is already like synthesis", () => {
    expect(synthesisLike(synthesis)).toBe(synthesis);
  });
});
