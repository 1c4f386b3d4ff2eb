#!/usr/bin/env node
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

// npm links this file at install time, so it must exist before the first build.
const library = new URL("../dist/index.js", import.meta.url);
if (!existsSync(library)) {
  console.error("@cnntargz/native-kernels is not built yet: run: npm run build");
  process.exit(1);
}
const { buildNativeKernels, loadNativeKernels } = await import(library.href);
try {
  const { values } = parseArgs({
    options: {
      output: { type: "string" },
      compiler: { type: "string" },
      headers: { type: "string" },
    },
  });
  const path = buildNativeKernels(values);
  const { instructionSet } = loadNativeKernels({ path });
  console.log(`${path}: built, runs with ${instructionSet} here`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
