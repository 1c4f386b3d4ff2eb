import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";

import { optionsCheck, type RunRecord, type Verdict, z } from "@cnntargz/contracts";
import { renderComparison, renderReport, type ReportFormat } from "@cnntargz/report";
import { writeTree } from "@cnntargz/stage-kit";

import { readHlsProject } from "./read-hls-project.js";
import { isForeign, readRecord, whyNoRecord } from "./read-record.js";
import type { UnreadReport } from "./report-reader.js";

/** What to write, and where. */
export interface WriteReportOptions {
  /** Folder for the files; the run's own when left out, `comparison` for several runs. */
  readonly out?: string | undefined;
  readonly formats?: readonly ReportFormat[] | undefined;
}

const checkOptions = optionsCheck<WriteReportOptions>("writeReport", {
  out: z.string().min(1).optional(),
  formats: z
    .array(z.enum(["html", "md", "svg", "png", "vl"]))
    .min(1)
    .optional(),
});

/** A written report. */
export interface WrittenReport {
  readonly out: string;
  /** In the order of writing, relative to `out`. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** The worst verdict of the runs in it; a run without one does not count. */
  readonly status: Verdict["status"];
  /** Paths among several that are no runs and were left out, each with why. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  /** Vendor reports in the runs' firmware that can not be read, and are not in it. */
  readonly unread: readonly UnreadReport[];
}

/** Shortest ends of paths that tell them apart: `seed1`, or `a/seed1` and `b/seed1`. */
export function labelsOf(folders: readonly string[]): string[] {
  const parts = folders.map((folder) => resolve(folder).split(sep));
  const longest = Math.max(...parts.map(({ length }) => length));
  for (let count = 1; count < longest; count++) {
    const labels = parts.map((each) => each.slice(-count).join("/"));
    if (new Set(labels).size === labels.length) return labels;
  }
  return folders.map((folder) => resolve(folder));
}

/** The record of a run, with what HLS tools have left in its firmware since. */
function readFinished(folder: string): { record: RunRecord; unread: readonly UnreadReport[] } {
  const record = readRecord(folder);
  const firmware = join(folder, "firmware");
  if (!existsSync(firmware)) return { record, unread: [] };
  const { solutions, unread } = readHlsProject(firmware);
  const reports = solutions.flatMap((solution) => solution.reports.map(({ report }) => report));
  return { record: { ...record, otherReports: [...record.otherReports, ...reports] }, unread };
}

function worstStatus(records: readonly RunRecord[]): Verdict["status"] {
  const statuses = new Set(records.map(({ verdict }) => verdict?.status ?? "pass"));
  return statuses.has("fail") ? "fail" : statuses.has("inconclusive") ? "inconclusive" : "pass";
}

/**
 * Write the report of one run, or the comparison of several; of several paths, those which are there
 * but hold no run are left out.
 *
 * @throws CnntargzError `config` when a folder holds no finished run; `contract` when one is given
 * twice.
 */
export async function writeReport(
  paths: readonly string[],
  options: WriteReportOptions = {},
): Promise<WrittenReport> {
  checkOptions(options);
  const { out, formats } = options;
  // `runs/*` also finds what else lies there. A single path is meant.
  const others = paths.length === 1 ? [] : paths.filter(isForeign);
  const skipped =
    others.length === paths.length ? [] : others.map((path) => ({ path, why: whyNoRecord(path) }));
  const folders = paths.filter((path) => !skipped.some((each) => each.path === path));
  const finished = folders.map(readFinished);
  const records = finished.map(({ record }) => record);
  const rendered = formats === undefined ? {} : { formats };
  const labels = labelsOf(folders);
  const files =
    records.length === 1
      ? await renderReport(records[0]!, rendered)
      : await renderComparison(
          records.map((record, index) => ({ label: labels[index]!, record })),
          rendered,
        );
  const folder = out ?? (folders.length === 1 ? folders[0]! : "comparison");
  writeTree(folder, files);
  return {
    out: folder,
    status: worstStatus(records),
    skipped,
    unread: finished.flatMap(({ unread }) => unread),
    files: Object.entries(files).map(([path, content]) => ({
      path: join(path),
      bytes: typeof content === "string" ? Buffer.byteLength(content) : content.byteLength,
    })),
  };
}
