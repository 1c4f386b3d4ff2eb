import { describe, expect, it } from "vitest";

import { estimateHls, hls4mlReport, mergeReports, renderHls4ml } from "@cnntargz/fpga-eval";

import { readFixture } from "./report-fixtures.js";
import { studentDesign } from "./student.js";

describe("hls4mlReport", () => {
  it("has hls4ml's keys and only strings", () => {
    const report = hls4mlReport([
      readFixture("vivado-2020.1/myproject_csynth.xml"),
      readFixture("vivado-2020.1/vivado_synth.rpt"),
      readFixture("written/vitis-hls-2024.1_cosim.rpt"),
      readFixture("written/vitis-hls-2024.1_impl_export.rpt"),
      readFixture("written/vitis-hls-2024.1_csim.log"),
    ]);
    expect(report).toEqual({
      CSynthesisReport: {
        TargetClockPeriod: "5.00",
        EstimatedClockPeriod: "4.049",
        BestLatency: "10",
        WorstLatency: "10",
        IntervalMin: "8",
        IntervalMax: "8",
        BRAM_18K: "0",
        DSP: "73",
        FF: "7969",
        LUT: "2532",
        URAM: "0",
        AvailableBRAM_18K: "280",
        AvailableDSP: "220",
        AvailableFF: "106400",
        AvailableLUT: "53200",
        AvailableURAM: "0",
      },
      VivadoSynthReport: { LUT: "1526", FF: "2428", BRAM_18K: "0", DSP48E: "66" },
      CosimReport: {
        RTL: "Verilog",
        Status: "Pass",
        LatencyMin: "179",
        LatencyAvg: "181",
        LatencyMax: "185",
        IntervalMin: "148",
        IntervalAvg: "149",
        IntervalMax: "151",
      },
      ImplementationReport: {
        TotLUTs: "9012",
        FFs: "12034",
        BRAM_18K: "7",
        URAMs: "0",
        DSPs: "6",
      },
      TimingReport: { WNS: "-0.163" },
    });
  });

  it("passes on that a tool does not know", () => {
    const { CSynthesisReport } = hls4mlReport([readFixture("written/vitis-hls-2025.2_csynth.rpt")]);
    expect(CSynthesisReport).toMatchObject({ BestLatency: "21", WorstLatency: "undef" });
    const { CosimReport } = hls4mlReport([
      readFixture("written/vitis-hls-2023.1_failed_cosim.rpt"),
    ]);
    expect(CosimReport).toMatchObject({ RTL: "VHDL", Status: "Fail", LatencyMax: "NA" });
  });

  it("does not choose between two reports of a step, nor pass an estimate for a tool's word", () => {
    const report = readFixture("vivado-2020.1/myproject_csynth.xml");
    expect(() => hls4mlReport([report, report])).toThrow(/two reports fill CSynthesisReport/);
    const { plan, network } = studentDesign(4);
    expect(() => hls4mlReport([estimateHls(plan, network)])).toThrow(
      /what tools said, this is estimate, like csynth/,
    );
  });
});

describe("renderHls4ml", () => {
  it("prints what hls4ml prints of its own test reports", () => {
    const project = mergeReports(
      ["myproject_csynth.xml", "myproject_csynth.rpt", "vivado_synth.rpt"].map((name) => ({
        files: [name],
        report: readFixture(`vivado-2020.1/${name}`),
      })),
    );
    // As in hls4ml's test_report.py, but for the line end that print adds.
    expect(renderHls4ml(project.map(({ report }) => report))).toBe(`
======================================================
== C Synthesis report
======================================================

 - Performance estimates:
    Best-case latency:      10 (50.0 ns)
    Worst-case latency:     10 (50.0 ns)
    Interval Min:           8
    Interval Max:           8
    Estimated Clock Period: 4.049

 - Resource estimates:
    BRAM_18K: 0 / 280 (0.0%)
    DSP:      73 / 220 (33.2%)
    FF:       7969 / 106400 (7.5%)
    LUT:      2532 / 53200 (4.8%)
    URAM:     N/A

======================================================
== Vivado Synthesis report
======================================================

 - Resource utilization:
    BRAM_18K: 0
    DSP48E:   66
    FF:       2428
    LUT:      1526
    URAM:     N/A
`);
  });

  it("prints both of two reports of a section", () => {
    const report = readFixture("vivado-2020.1/vivado_synth.rpt");
    const text = renderHls4ml([report, { ...report, total: { ...report.total, lut: 1527 } }]);
    expect(text).toMatch(/LUT: +1526\n[^]*LUT: +1527\n/);
  });

  it("prints the worst case as the worst, longer times in µs, and every section there is", () => {
    const text = renderHls4ml([
      readFixture("written/vitis-hls-2024.1_project_csynth.xml"),
      readFixture("written/vitis-hls-2024.1_cosim.rpt"),
      readFixture("written/vitis-hls-2024.1_impl_export.rpt"),
    ]);
    expect(text).toContain("Best-case latency:      250 (595.0 ns)");
    expect(text).toContain("Worst-case latency:     254 (604.52 ns)");
    expect(text).toContain("== Co-Simulation report");
    expect(text).toContain("    Status:             Pass");
    expect(text).toContain("    Total LUTs: 9012");
    expect(text).toContain("    Worst Negative Slack (WNS): -0.163");
    const slow = readFixture("written/vitis-hls-2025.2_csynth.rpt");
    const range = { min: 900, average: null, max: null };
    expect(renderHls4ml([{ ...slow, latencyCyclesRange: range }])).toMatch(
      /Best-case latency: +900 \(1\.8 µs\)\n +Worst-case latency: +undef\n/,
    );
  });
});
