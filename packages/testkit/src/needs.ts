import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { describe } from "vitest";

const found = new Map<string, boolean>();

function succeeds(program: string, args: readonly string[]): boolean {
  const command = [program, ...args].join(" ");
  let result = found.get(command);
  if (result === undefined) {
    try {
      execFileSync(program, args, { stdio: "ignore" });
      result = true;
    } catch {
      result = false;
    }
    found.set(command, result);
  }
  return result;
}

/**
 * `describe` for tests that need a program the machine may lack: skipped with the reason in the
 * title, or failing where CNNTARGZ_REQUIRE_TOOLS=1 says that it must be there.
 *
 * @param probe arguments with which the program succeeds where it is fit for the tests.
 */
export function needs(
  program: string,
  probe: readonly string[] = ["--version"],
): (title: string, tests: () => void) => void {
  return (title, tests) => {
    if (succeeds(program, probe) || process.env["CNNTARGZ_REQUIRE_TOOLS"] === "1") {
      describe(title, tests);
    } else {
      const what = [program, ...probe].join(" ");
      describe.skip(`${title} [skipped: "${what}" does not succeed]`, tests);
    }
  };
}

/**
 * `describe` for tests that need something which no package manager installs, named by an environment
 * variable: called with its value, or skipped with the reason in the title.
 */
export function needsSetting(
  name: string,
  what: string,
): (title: string, tests: (value: string) => void) => void {
  return (title, tests) => {
    const value = process.env[name];
    if (value === undefined) {
      describe.skip(`${title} [skipped: ${name} names no ${what}]`, () => {
        tests("");
      });
    } else {
      describe(title, () => {
        tests(value);
      });
    }
  };
}

/**
 * A Python that can import all of `modules`: the first one on the path, else the system's, which has
 * what apt-get installs. For `needs(python, ["-c", "import ..."])`: `python3` when neither can.
 */
export function pythonWith(...modules: readonly string[]): string {
  const code = `import ${modules.join(", ")}`;
  return ["python3", "/usr/bin/python3"].find((path) => succeeds(path, ["-c", code])) ?? "python3";
}

/** Where a program is on the path; its name when it is not there, for an error that names it. */
export function pathOf(program: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? program;
}
