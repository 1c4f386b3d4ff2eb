import { describe, expect, it } from "vitest";

import { mergeReports, parseVendorReport } from "@cnntargz/fpga-eval";

import { readFixture, reportText } from "./report-fixtures.js";

const read = (...names: readonly string[]) =>
  names.map((name) => ({ files: [name], report: readFixture(name) }));

describe("mergeReports", () => {
  it("makes one of the text and the XML of the same C-synthesis", () => {
    const names = ["vivado-2020.1/myproject_csynth.xml", "vivado-2020.1/myproject_csynth.rpt"];
    const [merged, ...others] = mergeReports(read(...names));
    expect(others).toEqual([]);
    expect(merged!.files).toEqual(names);
    // Instances come from the text, the average from the XML.
    expect(merged!.report.perLayer).toHaveLength(2);
    expect(merged!.report.latencyCyclesRange).toEqual({ min: 10, average: 10, max: 10 });
    expect(mergeReports(read(...names.toReversed()))[0]!.report).toMatchObject({
      total: merged!.report.total,
      perLayer: merged!.report.perLayer,
    });
  });

  it("keeps both where they contradict each other", () => {
    const xml = reportText("vivado-2020.1/myproject_csynth.xml");
    const other = parseVendorReport(xml.replace("<LUT>2532<", "<LUT>2533<"));
    const both = [
      ...read("vivado-2020.1/myproject_csynth.rpt"),
      { files: ["other.xml"], report: other },
    ];
    expect(mergeReports(both)).toEqual(both);
  });

  it("keeps top functions apart, also where they take the same", () => {
    const [one] = read("vivado-2020.1/myproject_csynth.rpt");
    const both = [one!, { files: ["b"], report: { ...one!.report, design: "other" } }];
    expect(mergeReports(both)).toEqual(both);
  });

  it("keeps steps apart: C-synthesis, synthesis and simulation of one project", () => {
    const reports = read(
      "vivado-2020.1/myproject_csynth.rpt",
      "vivado-2020.1/vivado_synth.rpt",
      "written/vivado-hls-2020.1_cosim.rpt",
      "written/vitis-hls-2024.1_csim.log",
    );
    expect(mergeReports(reports)).toEqual(reports);
  });

  it("joins utilization and timing after routing, whose parts are spelled differently", () => {
    const [merged, ...others] = mergeReports(
      read(
        "written/vivado-2025.1_routed_timing.rpt",
        "written/vivado-2025.1_routed_utilization.rpt",
      ),
    );
    expect(others).toEqual([]);
    expect(merged!.report).toMatchObject({
      like: "post-route",
      device: { name: "xcvu13p-flga2577-2-e" },
      total: { lut: 51_670, bram18: 5 },
      band: { lut: [51_670, 51_670] },
      clockNs: 2,
      estimatedClockNs: 2.781,
      passed: false,
    });
  });

  it("joins the utilization after placement with the timing after routing, as of the former", () => {
    const placed = parseVendorReport(
      reportText("written/vivado-2025.1_routed_utilization.rpt").replace("Routed", "Fully Placed"),
    );
    const [merged, ...others] = mergeReports([
      ...read("written/vivado-2025.1_routed_timing.rpt"),
      { files: ["placed.rpt"], report: placed },
    ]);
    expect(others).toEqual([]);
    expect(merged!.report).toMatchObject({ like: "post-place", wnsNs: -0.781 });
  });

  it("does not join designs of different parts", () => {
    const routed = reportText("written/vivado-2025.1_routed_timing.rpt");
    const elsewhere = parseVendorReport(routed.replace("xcvu13p-flga2577", "xcvu9p-flga2577"));
    const reports = [
      ...read("written/vivado-2025.1_routed_utilization.rpt"),
      { files: ["elsewhere.rpt"], report: elsewhere },
    ];
    expect(mergeReports(reports)).toHaveLength(2);
  });
});
