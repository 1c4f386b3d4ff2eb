import { parseContract, ResourceReport } from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

import { isVendorReport, parseVendorReport, timingOf } from "@cnntargz/fpga-eval";

import { readFixture, REPORTS, reportText } from "./report-fixtures.js";

const VU13P = { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram18: 5_376, uram: 1_280 };
const NOTHING = { lut: null, ff: null, dsp: null, bram18: null, uram: null };

describe("parseVendorReport", () => {
  it.each(REPORTS)(
    "reads %s into a valid report, with Windows line ends and a mark too",
    (name) => {
      const report = readFixture(name);
      expect(parseContract(ResourceReport, report, name)).toEqual(report);
      expect(isVendorReport(reportText(name))).toBe(true);
      const windows = `\uFEFF${reportText(name).replaceAll("\n", "\r\n")}`;
      expect(parseVendorReport(windows)).toEqual(report);
    },
  );

  it("reads an estimated clock of 0 ns, which a design of wires has", () => {
    const edits: [string, string, RegExp, string][] = [
      ["vivado-2020.1/myproject_csynth.xml", "4.049", /4\.049/, "0.000"],
      ["vivado-2020.1/myproject_csynth.rpt", "4.049", /4\.049 ns/, "0.000 ns"],
      ["written/vitis-hls-2023.1_csynth.rpt", "1.459", /1\.459 ns/, "    0 ns"],
      [
        "written/vitis-hls-2024.1_impl_export.rpt",
        "CP achieved",
        /(?<=CP achieved post-implementation:\s+)[\d.]+/,
        "0.000",
      ],
    ];
    for (const [name, there, from, to] of edits) {
      const text = reportText(name);
      expect(text).toContain(there);
      const report = parseVendorReport(text.replace(from, to), name);
      expect(report.estimatedClockNs, name).toBe(0);
      expect(parseContract(ResourceReport, report, name)).toEqual(report);
      expect(timingOf(report)).toMatchObject({ missesClock: false, periodNs: report.clockNs });
    }
  });

  it("reads what Vivado HLS 2020.1 printed, from the text and from the XML", () => {
    const text = readFixture("vivado-2020.1/myproject_csynth.rpt");
    expect(text).toMatchObject({
      source: "vivado-hls",
      like: "csynth",
      tool: "Vivado HLS 2020.1",
      design: "myproject",
      device: {
        name: "xc7z020-clg400-1",
        family: "zynq",
        available: { lut: 53_200, ff: 106_400, dsp: 220, bram18: 280, uram: 0 },
      },
      clockNs: 5,
      estimatedClockNs: 4.049,
      wnsNs: null,
      passed: null,
      total: { lut: 2532, ff: 7969, dsp: 73, bram18: 0, uram: 0 },
      band: { lut: [2532, 2532], ff: [7969, 7969], dsp: [73, 73], bram18: [0, 0], uram: [0, 0] },
      latencyCycles: 10,
      latencyCyclesRange: { min: 10, average: null, max: 10 },
      initiationInterval: 8,
      initiationIntervalRange: { min: 8, average: null, max: 8 },
      input: "16 axis ports of 16 bits",
    });
    expect(text.perLayer).toEqual([
      {
        name: "dense_array_array_ap_fixed_16_6_5_3_0_5u_config2_U0",
        ...{ lut: 2134, ff: 7860, dsp: 73, bram18: 0, uram: 0, latencyCycles: 7 },
      },
      {
        name: "relu_array_array_ap_fixed_5u_relu_config3_U0",
        ...{ lut: 256, ff: 84, dsp: 0, bram18: 0, uram: 0, latencyCycles: 2 },
      },
    ]);
    const xml = readFixture("vivado-2020.1/myproject_csynth.xml");
    expect(xml).toEqual({
      ...text,
      perLayer: [],
      latencyCyclesRange: { min: 10, average: 10, max: 10 },
    });
  });

  it("reads what Vivado 2020.1 printed after synthesis, without a word about UltraRAM or the clock", () => {
    expect(readFixture("vivado-2020.1/vivado_synth.rpt")).toMatchObject({
      source: "vivado-synth",
      like: "synthesis",
      tool: "Vivado 2020.1",
      design: "myproject",
      device: {
        name: "7z020clg400-1",
        available: { lut: 53_200, ff: 106_400, dsp: 220, bram18: 280, uram: null },
      },
      clockNs: null,
      total: { lut: 1526, ff: 2428, dsp: 66, bram18: 0, uram: null },
      band: { dsp: [66, 66], uram: null },
      latencyCycles: null,
      initiationInterval: null,
      perLayer: [],
    });
  });

  it("reads the columns of Vivado HLS 2019.1, and the device rather than one of its SLRs", () => {
    const report = readFixture("written/vivado-hls-2019.1_csynth.rpt");
    expect(report).toMatchObject({
      source: "vivado-hls",
      tool: "Vivado HLS 2019.1",
      device: { available: VU13P },
      clockNs: 5,
      estimatedClockNs: 4.371,
      total: { lut: 21_809, ff: 43_219, dsp: 793, bram18: 18, uram: 0 },
      latencyCycles: 14,
      latencyCyclesRange: { min: 10, average: null, max: 14 },
      initiationInterval: 2,
      initiationIntervalRange: { min: 1, average: null, max: 2 },
      input: "1 ap_vld port of 256 bits",
    });
    expect(
      report.perLayer.map(({ name, dsp, latencyCycles }) => [name, dsp, latencyCycles]),
    ).toEqual([
      ["grp_dense_fu_36", 792, 5],
      ["call_ret_relu_fu_72", 0, 0],
    ]);
  });

  it("reads Vitis HLS 2023.1, where text and XML say the same", () => {
    const text = readFixture("written/vitis-hls-2023.1_csynth.rpt");
    expect(text).toMatchObject({
      source: "vitis-hls",
      tool: "Vitis HLS 2023.1",
      clockNs: 2,
      estimatedClockNs: 1.459,
      total: { lut: 18_733, ff: 10_622, dsp: 6, bram18: 11, uram: 0 },
      latencyCycles: 183,
      initiationInterval: 148,
      input: "1 axis port of 8 bits",
    });
    expect(text.perLayer).toHaveLength(4);
    expect(readFixture("written/vitis-hls-2023.1_csynth.xml")).toEqual({
      ...text,
      perLayer: [],
      latencyCyclesRange: { min: 183, average: 183, max: 183 },
    });
  });

  it("keeps a question mark unknown", () => {
    expect(readFixture("written/vitis-hls-2025.2_csynth.rpt")).toMatchObject({
      tool: "Vitis HLS 2025.2",
      latencyCycles: null,
      latencyCyclesRange: { min: 21, average: null, max: null },
      initiationInterval: null,
    });
  });

  it("reads a whole project's csynth.xml, with the instances right below the top", () => {
    const report = readFixture("written/vitis-hls-2024.1_project_csynth.xml");
    expect(report).toMatchObject({
      device: { name: "xcvu13p-fhga2104-2L-e" },
      clockNs: 2.38,
      estimatedClockNs: 2.511,
      latencyCycles: 254,
      latencyCyclesRange: { min: 250, average: 252, max: 254 },
      input: "1 ap_vld port of 288 bits",
    });
    expect(report.perLayer).toEqual([
      {
        name: "conv_2d_cl_config2_U0",
        ...{ lut: 8500, ff: 7000, dsp: 0, bram18: 0, uram: 0, latencyCycles: 104 },
      },
      {
        name: "dense_config21_U0",
        ...{ lut: 3000, ff: 1200, dsp: 0, bram18: 0, uram: 0, latencyCycles: 5 },
      },
    ]);
  });

  it("reads a whole project's csynth.rpt, and knows the device from its name", () => {
    const report = readFixture("written/vitis-hls-2024.1_project_csynth.rpt");
    expect(report).toMatchObject({
      like: "csynth",
      tool: "Vitis HLS 2024.1",
      design: "myproject",
      device: { name: "xcvu13p-fhga2104-2L-e", available: VU13P },
      clockNs: null,
      total: { lut: 339_118, ff: 65_881, dsp: 29, bram18: 332, uram: 0 },
      latencyCycles: 250,
      initiationInterval: 104,
    });
    expect(report.perLayer.map(({ name, lut, dsp }) => [name, lut, dsp])).toEqual([
      ["conv_2d_cl_config2_s", 334_428, 29],
      ["dense_config21_s", 3963, 0],
    ]);
  });

  it("reads co-simulation before and after 2020, and tells a failed one", () => {
    expect(readFixture("written/vivado-hls-2020.1_cosim.rpt")).toMatchObject({
      source: "hls",
      like: "cosim",
      tool: "Verilog simulation, xsim",
      passed: true,
      total: NOTHING,
      latencyCycles: 183,
      latencyCyclesRange: { min: 181, average: 182, max: 183 },
      initiationInterval: null,
      initiationIntervalRange: null,
    });
    expect(readFixture("written/vitis-hls-2024.1_cosim.rpt")).toMatchObject({
      passed: true,
      latencyCycles: 185,
      initiationInterval: 151,
      initiationIntervalRange: { min: 148, average: 149, max: 151 },
    });
    expect(readFixture("written/vitis-hls-2023.1_failed_cosim.rpt")).toMatchObject({
      tool: "VHDL simulation, xsim",
      passed: false,
      latencyCycles: null,
    });
  });

  it("reads whether a C simulation passed", () => {
    expect(readFixture("written/vitis-hls-2024.1_csim.log")).toMatchObject({
      like: "csim",
      passed: true,
      total: NOTHING,
    });
    expect(readFixture("written/vivado-hls-2019.2_failed_csim.log").passed).toBe(false);
  });

  it("reads a routed design: columns by title, half tiles of block RAM, no row of single SLRs", () => {
    expect(readFixture("written/vivado-2025.1_routed_utilization.rpt")).toMatchObject({
      source: "vivado-route",
      like: "post-route",
      tool: "Vivado 2025.1",
      device: { name: "xcvu13p-flga2577-2-e", available: VU13P },
      total: { lut: 51_670, ff: 27_626, dsp: 7, bram18: 5, uram: 4 },
    });
  });

  it("reads a hierarchy: the top, and what is right below it", () => {
    const report = readFixture("written/vivado-2024.1_placed_hierarchical.rpt");
    expect(report).toMatchObject({
      source: "vivado-route",
      like: "post-place",
      total: { lut: 9000, ff: 12_000, dsp: 6, bram18: 7, uram: 0 },
    });
    expect(report.perLayer.map(({ name, lut, bram18 }) => [name, lut, bram18])).toEqual([
      ["conv_2d_cl_config2_U0", 7000, 6],
      ["dense_config21_U0", 1990, 1],
    ]);
  });

  it("reads timing: slack, clock, and the period that is left", () => {
    expect(readFixture("written/vivado-2025.1_routed_timing.rpt")).toMatchObject({
      like: "post-route",
      clockNs: 2,
      wnsNs: -0.781,
      estimatedClockNs: 2.781,
      passed: false,
      total: NOTHING,
    });
    // No design state before 2022: unplaced nets tell. Of two clocks the one with the worst slack counts.
    expect(readFixture("written/vivado-2021.2_synth_timing.rpt")).toMatchObject({
      source: "vivado-synth",
      like: "synthesis",
      clockNs: 5,
      wnsNs: 0.479,
      estimatedClockNs: 4.521,
      passed: true,
    });
  });

  it("knows no slack where there are no constraints", () => {
    const text = reportText("written/vivado-2025.1_routed_timing.rpt");
    const start = text.indexOf("     -0.781     -936");
    const unconstrained =
      text.slice(0, start) +
      "        inf        0.000                      0                  104          inf        0.000                      0                  104           NA           NA                      NA                    NA  \n\n\nThere are no user specified timing constraints.\n";
    expect(parseVendorReport(unconstrained)).toMatchObject({
      like: "post-route",
      clockNs: null,
      wnsNs: null,
      estimatedClockNs: null,
      passed: null,
    });
  });

  it("reads what HLS says of the exported design; its BRAM are 18 Kb blocks", () => {
    expect(readFixture("written/vitis-hls-2024.1_impl_export.rpt")).toMatchObject({
      source: "vivado-route",
      like: "post-route",
      tool: "Vivado 2024.1",
      clockNs: 2,
      estimatedClockNs: 2.163,
      wnsNs: -0.163,
      passed: false,
      total: { lut: 9012, ff: 12_034, dsp: 6, bram18: 7, uram: 0 },
    });
    expect(readFixture("written/vivado-hls-2019.1_syn_export.rpt")).toMatchObject({
      source: "vivado-synth",
      like: "synthesis",
      estimatedClockNs: 3.281,
      wnsNs: 1.719,
      passed: true,
      total: { lut: 340, ff: 279, dsp: 26, bram18: 2, uram: null },
    });
  });

  it("finds Prohibited and other columns by title, in whatever order", () => {
    const report = reportText("vivado-2020.1/vivado_synth.rpt");
    const swapped = report
      .split("\n")
      .map((line) => {
        const cells = line.split("|");
        // Site | Used | Fixed | Available | Util -> Site | Available | Prohibited | Fixed | Used | Util
        if (cells.length === 7) {
          const [start, site, used, fixed, available, ...rest] = cells as [string, ...string[]];
          const extra = /Site Type/.test(site!) ? " Prohibited " : " 1 ";
          return [start, site, available, extra, fixed, used, ...rest].join("|");
        }
        return /^(\+-+){5}\+$/.test(line) ? `${line}-----+` : line;
      })
      .join("\n");
    expect(swapped).toContain("Prohibited");
    expect(parseVendorReport(swapped).total).toEqual({
      ...{ lut: 1526, ff: 2428, dsp: 66, bram18: 0, uram: null },
    });
  });
});
