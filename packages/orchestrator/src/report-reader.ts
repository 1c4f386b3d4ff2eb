import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { isVendorReport, parseVendorReport, type ReadReport } from "@cnntargz/fpga-eval";

import { readReportFile } from "./read-report-file.js";

/** A file or folder that could not be read. */
export interface UnreadReport {
  readonly file: string;
  /** Names the file, too, and what to do. */
  readonly why: string;
}

/** What the tools call the reports that are read here. */
const REPORT_NAME = /csynth\.(?:xml|rpt)$|_(?:cosim|export)\.rpt$|_csim\.log$|^vivado_synth\.rpt$/;
const MAY_BE_REPORT = /\.(?:rpt|xml)$|_csim\.log$/;
/** Heading of a report that Vivado printed, also of the kinds that are not read here. */
const OTHER_KIND = /^\| Command\s+: report_/m;

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Reads what can be read of a project, and keeps a list of what can not. */
export class ReportReader {
  readonly unread: UnreadReport[] = [];

  /** What `read` gives, or null when it throws: `file` is then on the list. */
  private attempt<T>(file: string, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CnntargzError)) throw error;
      if (!this.unread.some((each) => each.file === file)) {
        this.unread.push({ file, why: whyOf(error) });
      }
      return null;
    }
  }

  /** What lies in a folder, by name; nothing where there is none. */
  entries(folder: string): Dirent[] {
    if (!existsSync(folder)) return [];
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.unread.push({ file: folder, why: `${folder} can not be read: ${whyOf(error)}` });
      return [];
    }
  }

  folders(folder: string): string[] {
    return this.entries(folder)
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  }

  /** Something that is parsed from the text of a file. */
  parse<T>(file: string, parse: (text: string, file: string) => T): T | null {
    return this.attempt(file, () => parse(readReportFile(file), file));
  }

  reports(files: readonly string[]): ReadReport[] {
    return files.flatMap((file) => {
      const report = this.parse(file, parseVendorReport);
      return report === null ? [] : [{ files: [file], report }];
    });
  }

  /**
   * Reports right in `folder`, and with `depth` below it: what reads like one, and what should do so, as
   * it is called like one or is empty, and turns out to be unreadable. Right in a folder that is every
   * `.rpt` but Vivado's of other kinds; below, where the tools keep their own, those that are read here.
   */
  findReports(folder: string, depth = 0, isBelow = depth > 0): string[] {
    return this.entries(folder).flatMap((entry) => {
      const file = join(folder, entry.name);
      if (entry.isDirectory()) return depth > 0 ? this.findReports(file, depth - 1, true) : [];
      if (!MAY_BE_REPORT.test(entry.name)) return [];
      const text = this.parse(file, (read) => read);
      if (text === null) return [];
      const should =
        REPORT_NAME.test(entry.name) ||
        text.trim() === "" ||
        (!isBelow && entry.name.endsWith(".rpt") && !OTHER_KIND.test(text));
      return should || isVendorReport(text) ? [file] : [];
    });
  }
}
