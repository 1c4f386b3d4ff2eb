import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { onDisk } from "@cnntargz/contracts";

/**
 * Make a folder and those above it, as far as they are not there.
 *
 * @throws CnntargzError `system` when the system refuses.
 */
export function makeFolder(path: string): void {
  onDisk(path, () => {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      const parent = dirname(path);
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === path) throw error;
      // Node says so of a read-only file system, too: one folder at a time tells why.
      if (!existsSync(parent)) makeFolder(parent);
      mkdirSync(path);
    }
  });
}
