import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The installed version of @yowasp/clang, or null without it. */
export async function yowaspVersion(): Promise<string | null> {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve("@yowasp/clang");
  } catch {
    return null;
  }
  // The package exports no package.json: it lies above the resolved entry, gen/bundle.js.
  const text = await readFile(join(dirname(entry), "../package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
