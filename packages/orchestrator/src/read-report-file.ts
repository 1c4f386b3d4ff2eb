import { readFileSync, statSync } from "node:fs";

import { CnntargzError } from "@cnntargz/contracts";

/** Reports have a few megabytes at most; more is not even read. */
const MAX_BYTES = 2 ** 28;

/**
 * Text of a file that may be a report.
 *
 * @throws CnntargzError `artifact` when it can not be read or is far too large.
 */
export function readReportFile(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) {
      throw new CnntargzError(
        "artifact",
        `${path} has ${size} bytes, reports have a few megabytes; give the report itself`,
      );
    }
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof CnntargzError) throw cause;
    throw new CnntargzError("artifact", `${path} can not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
