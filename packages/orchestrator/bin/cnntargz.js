#!/usr/bin/env node
import { existsSync } from "node:fs";

// npm links this file at install time, so it must exist before the first build.
const cli = new URL("../dist/cli.js", import.meta.url);
if (!existsSync(cli)) {
  console.error("cnntargz is not built yet: run: npm run build");
  process.exit(1);
}
await import(cli.href);
