import { readFileSync } from "node:fs";

import { parseVendorReport } from "@cnntargz/fpga-eval";

const folder = new URL("fixtures/reports/", import.meta.url);

/** Text of a report in `fixtures/reports`. */
export const reportText = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** A report in `fixtures/reports`, read. */
export const readFixture = (name: string) => parseVendorReport(reportText(name), name);

/** Every fixture that is a report, one of each form that is read. */
export const REPORTS = [
  "vivado-2020.1/myproject_csynth.rpt",
  "vivado-2020.1/myproject_csynth.xml",
  "vivado-2020.1/vivado_synth.rpt",
  "written/vivado-hls-2019.1_csynth.rpt",
  "written/vitis-hls-2023.1_csynth.rpt",
  "written/vitis-hls-2023.1_csynth.xml",
  "written/vitis-hls-2023.1_wires_csynth.xml",
  "written/vitis-hls-2025.2_csynth.rpt",
  "written/vitis-hls-2024.1_project_csynth.xml",
  "written/vitis-hls-2024.1_project_csynth.rpt",
  "written/vivado-hls-2020.1_cosim.rpt",
  "written/vitis-hls-2024.1_cosim.rpt",
  "written/vitis-hls-2023.1_failed_cosim.rpt",
  "written/vitis-hls-2024.1_csim.log",
  "written/vivado-hls-2019.2_failed_csim.log",
  "written/vitis-hls-2024.1_impl_export.rpt",
  "written/vivado-hls-2019.1_syn_export.rpt",
  "written/vivado-2025.1_routed_utilization.rpt",
  "written/vivado-2024.1_placed_hierarchical.rpt",
  "written/vivado-2025.1_routed_timing.rpt",
  "written/vivado-2021.2_synth_timing.rpt",
] as const;
