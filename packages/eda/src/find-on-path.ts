import { access, constants, realpath } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Where a program on the PATH really lies, links followed, or null. */
export async function findOnPath(name: string): Promise<string | null> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return await realpath(path);
    } catch {
      // Not here.
    }
  }
  return null;
}
