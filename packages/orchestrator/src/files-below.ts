import { readdirSync } from "node:fs";
import { join } from "node:path";

import { isTemporaryFile } from "@cnntargz/stage-kit";

/** What file managers leave everywhere. */
const IGNORED = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/** Paths of what lies below a folder that is there, but for what file managers and killed writers leave. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => !entry.isDirectory() && !IGNORED.has(entry.name) && !isTemporaryFile(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name));
