import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { z } from "zod";

const { resolve } = createRequire(import.meta.url);
const Manifest = z.object({ version: z.string() });

/** Installed version of each named package, for digests and provenance. */
export function packageVersions(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const path = resolve(`${name}/package.json`);
      return [name, Manifest.parse(JSON.parse(readFileSync(path, "utf8"))).version];
    }),
  );
}

/** Version of this program. */
export function ownVersion(): string {
  const path = new URL("../package.json", import.meta.url);
  return Manifest.parse(JSON.parse(readFileSync(path, "utf8"))).version;
}
