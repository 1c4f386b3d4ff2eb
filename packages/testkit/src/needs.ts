import { execFileSync } from "node:child_process";

import { describe } from "vitest";

const found = new Map<string, boolean>();

function isInstalled(program: string): boolean {
  let installed = found.get(program);
  if (installed === undefined) {
    try {
      execFileSync(program, ["--version"], { stdio: "ignore" });
      installed = true;
    } catch {
      installed = false;
    }
    found.set(program, installed);
  }
  return installed;
}

/**
 * `describe` for tests that need a program the machine may lack: skipped with the reason in the
 * title, or failing where CNNTARGZ_REQUIRE_TOOLS=1 says that it must be there.
 */
export function needs(program: string): (title: string, tests: () => void) => void {
  return (title, tests) => {
    if (isInstalled(program) || process.env["CNNTARGZ_REQUIRE_TOOLS"] === "1") {
      describe(title, tests);
    } else {
      describe.skip(`${title} [skipped: ${program} is not installed]`, tests);
    }
  };
}
