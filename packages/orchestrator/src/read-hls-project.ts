import { basename, join, resolve, sep } from "node:path";

import { mergeReports, parseVendorReport, type ReadReport } from "@cnntargz/fpga-eval";

import { findSolutions, type Solution } from "./find-solutions.js";
import { groupByTop } from "./group-by-top.js";
import { ReportReader, type UnreadReport } from "./report-reader.js";

/** Reports of one solution of an HLS project, merged where they agree. */
interface SolutionReports {
  /** Name of the solution, of the top function, or of both; null where that needs no saying. */
  readonly solution: string | null;
  readonly reports: readonly ReadReport[];
}

/** The reports that an HLS project has. */
export interface HlsProjectReports {
  readonly solutions: readonly SolutionReports[];
  /** What is there and can not be read. */
  readonly unread: readonly UnreadReport[];
}

/** Levels below a solution's `impl` where Vivado's reports are looked for. */
const IMPL_DEPTH = 6;
/** Levels below a folder where projects are looked for when it is none. */
const DEPTH = 2;
const CSYNTH = /^(.+)_csynth\.(?:xml|rpt)$/;
const SUMMARY = /^csynth\.(?:xml|rpt)$/;

const joined = (...labels: readonly (string | null)[]): string | null =>
  labels.filter((label) => label !== null).join(", ") || null;

/**
 * What C-synthesis says in a `syn/report`: of the top function, whose modules have reports beside its
 * own. The project's summary differs from the top's report in small ways; it stands in for that.
 */
function readCsynth(folder: string, listedTop: string | null, reader: ReportReader): ReadReport[] {
  const names = reader.entries(folder).map(({ name }) => name);
  const filesOf = (top: string | undefined) =>
    names
      .filter((name) => CSYNTH.exec(name)?.[1] === top)
      .sort((a, b) => Number(b.endsWith(".xml")) - Number(a.endsWith(".xml")))
      .map((name) => join(folder, name));
  const listed = listedTop === null ? [] : filesOf(listedTop);
  const own = reader.reports(listed);
  if (own.length > 0) return own;
  for (const name of names.filter((each) => SUMMARY.test(each)).reverse()) {
    const file = join(folder, name);
    const summary = reader.parse(file, parseVendorReport);
    if (summary === null) continue;
    const itsTops = summary.design === listedTop ? [] : filesOf(summary.design ?? "");
    const better = reader.reports(itsTops);
    return better.length > 0 ? better : [{ files: [file], report: summary }];
  }
  // Nothing tells the top from its modules.
  const tops = new Set(names.flatMap((name) => CSYNTH.exec(name)?.[1] ?? []));
  return listed.length > 0 ? [] : [...tops].flatMap((top) => reader.reports(filesOf(top)));
}

/** Reports of one solution, and `beside` them what lies outside. */
function readSolution(
  { folder, top }: Solution,
  label: string | null,
  beside: readonly ReadReport[],
  reader: ReportReader,
): SolutionReports[] {
  const csynth = readCsynth(join(folder, "syn", "report"), top, reader);
  const tops = new Set(csynth.map(({ report }) => report.design));
  const itsTop = top ?? (tops.size === 1 ? [...tops][0]! : null);
  const simulation = (step: string, end: string) =>
    reader
      .findReports(join(folder, step, "report"))
      .filter((file) =>
        itsTop === null ? file.endsWith(end) : basename(file) === `${itsTop}${end}`,
      );
  const others = reader.reports([
    ...simulation("csim", "_csim.log"),
    ...simulation("sim", "_cosim.rpt"),
    ...reader.findReports(join(folder, "impl"), IMPL_DEPTH),
  ]);
  return groupByTop([...csynth, ...others, ...beside], itsTop).map((group) => ({
    solution: joined(label, group.top),
    reports: mergeReports(group.reports),
  }));
}

/** A folder that just holds reports. */
function readReports(
  root: string,
  there: readonly ReadReport[],
  reader: ReportReader,
): SolutionReports[] {
  const isSynReport = resolve(root).endsWith(join(sep, "syn", "report"));
  const all = isSynReport ? readCsynth(root, null, reader) : there;
  const hasOwn = (top: string | null) =>
    all.some(({ files, report }) => report.design === top && CSYNTH.test(basename(files[0]!)));
  const reports = all.filter(
    ({ files, report }) => !SUMMARY.test(basename(files[0]!)) || !hasOwn(report.design),
  );
  if (reports.length === 0) return [];
  return groupByTop(reports, null).map((group) => ({
    solution: group.top,
    reports: mergeReports(group.reports),
  }));
}

/** Reports of the project in `root`, or with `depth` of the projects and folders of reports below. */
function readFolder(root: string, depth: number, reader: ReportReader): SolutionReports[] {
  const solutions = findSolutions(root, reader);
  const beside = reader.reports(reader.findReports(root));
  if (solutions.length === 1) return readSolution(solutions[0]!, null, beside, reader);
  if (solutions.length > 1) {
    // Nothing says which of several solutions a report beside them is about.
    return [
      ...solutions.flatMap((solution) => readSolution(solution, solution.label, [], reader)),
      { solution: "beside the solutions", reports: mergeReports(beside) },
    ];
  }
  const here = readReports(root, beside, reader);
  if (here.length > 0 || depth === 0) return here;
  const below = reader.folders(root).flatMap((folder) => {
    const found = readFolder(folder, depth - 1, reader);
    return found.map((each) => ({ ...each, solution: joined(basename(folder), each.solution) }));
  });
  return below.length === 1 ? [{ ...below[0]!, solution: null }] : below;
}

/**
 * Read the reports of an HLS project: C-synthesis, simulations and implementation of each solution, and
 * what lies beside the project, such as hls4ml's `vivado_synth.rpt`. Also reads a folder that just
 * holds reports, or projects. Reports of the same step become one where they agree. What can not be
 * read is listed, and stops nothing.
 */
export function readHlsProject(root: string): HlsProjectReports {
  const reader = new ReportReader();
  const solutions = readFolder(root, DEPTH, reader).filter(({ reports }) => reports.length > 0);
  return { solutions, unread: reader.unread };
}
