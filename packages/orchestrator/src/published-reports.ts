import { CnntargzError, type ResourceReport } from "@cnntargz/contracts";
import { findDevice } from "@cnntargz/fpga-eval";
import { PUBLISHED_CLOCK_NS, PUBLISHED_DESIGNS } from "@cnntargz/report";

/** `slides:qstudent-4bit` for `QStudent 4 bit`. */
const nameOf = (design: string) =>
  `slides:${design.toLowerCase().replace(/ bit$/, "bit").replaceAll(" ", "-")}`;

/**
 * A row of the slides' table as a report: `slides:teacher`, `slides:student-32bit`,
 * `slides:qstudent-4bit`, `slides:qstudent-3bit`. Figures are rounded there, and URAM is not mentioned.
 *
 * @throws CnntargzError `config` for another name, with the list.
 */
export function publishedReport(name: string): ResourceReport {
  const design = PUBLISHED_DESIGNS.find((each) => nameOf(each.name) === name);
  if (design === undefined) {
    const names = PUBLISHED_DESIGNS.map((each) => nameOf(each.name)).join(", ");
    throw new CnntargzError("config", `"${name}" is not published; there are ${names}`);
  }
  const { lut, ff, dsp, bram18 } = design;
  const exact = (count: number) => [count, count] as const;
  return {
    kind: "resource-report",
    schemaVersion: 1,
    source: "published",
    like: "csynth",
    tool: null,
    design: design.name,
    device: findDevice("xcvu13p"),
    clockNs: PUBLISHED_CLOCK_NS,
    estimatedClockNs: null,
    wnsNs: null,
    passed: null,
    perLayer: [],
    total: { lut, ff, dsp, bram18, uram: null },
    band: { lut: exact(lut), ff: exact(ff), dsp: exact(dsp), bram18: exact(bram18), uram: null },
    latencyCycles: design.latencyCycles,
    latencyCyclesRange: null,
    initiationInterval: null,
    initiationIntervalRange: null,
    input: null,
  };
}
