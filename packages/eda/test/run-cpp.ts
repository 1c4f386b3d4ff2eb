import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { includeFolder } from "@cnntargz/eda";

/** How {@link runCpp} compiles. */
export interface CppOptions {
  readonly standard?: string;
  readonly optimize?: string;
  /** Another folder of headers, whose warnings are not ours. */
  readonly headers?: string;
}

// A name that is no literal: dependency checks take those for npm programs.
const COMPILER = "g++";
const HEADERS = ["ap_fixed.h", "ap_int.h", "hls_stream.h", "cstdio"];

/** What a C++ program prints, compiled with g++; this package's headers, and no warning allowed. */
export function runCpp(body: string, options: CppOptions = {}): string {
  const { standard = "c++14", optimize = "-O1", headers } = options;
  const folder = mkdtempSync(join(tmpdir(), "cnntargz-eda-test-"));
  try {
    const includes = HEADERS.map((header) => `#include <${header}>\n`).join("");
    writeFileSync(join(folder, "main.cpp"), `${includes}${body}`);
    const flags =
      headers === undefined
        ? // -isystem would silence the headers.
          ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", includeFolder()]
        : ["-w", "-isystem", headers];
    const args = [`-std=${standard}`, optimize, ...flags, "main.cpp", "-o", "main"];
    execFileSync(COMPILER, args, { cwd: folder, stdio: "pipe" });
    return execFileSync(join(folder, "main"), {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      stdio: "pipe",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
