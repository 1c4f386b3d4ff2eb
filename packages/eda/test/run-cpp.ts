import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { includeFolder } from "@cnntargz/eda";

const COMPILER = "g++";

/** What a C++ program prints, compiled with g++ and this package's headers; warnings are errors. */
export function runCpp(body: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cnntargz-eda-test-"));
  try {
    const headers = ["ap_fixed.h", "ap_int.h", "hls_stream.h", "cstdio"];
    const includes = headers.map((header) => `#include <${header}>\n`).join("");
    writeFileSync(join(folder, "main.cpp"), `${includes}${body}`);
    const flags = ["-std=c++14", "-O1", "-Wall", "-Wextra", "-Werror"];
    // -isystem would silence the headers.
    const args = [...flags, "-I", includeFolder(), "main.cpp", "-o", "main"];
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
