import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The directory of the C++ sources, in the repository and in the published package alike. */
export const sourceDirectory: string = fileURLToPath(new URL("../native/", import.meta.url));

/** Where the build puts the addon and where it is loaded from. */
export const defaultAddonPath: string = fileURLToPath(
  new URL("../build/native-kernels.node", import.meta.url),
);

/** SHA-256 over names and contents of the C++ sources: an addon that was built from others is not loaded. */
export function hashSources(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(sourceDirectory).sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(join(sourceDirectory, name)));
  }
  return hash.digest("hex");
}
