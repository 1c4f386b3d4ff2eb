import { CnntargzError } from "@cnntargz/contracts";
import { execa } from "execa";

import { yowaspVersion } from "./yowasp-version.js";

/** In the order in which `auto` looks for them. */
const COMPILERS = ["g++", "clang++", "@yowasp/clang"] as const;

/** Who compiles: the first of g++, clang++ and @yowasp/clang that is installed, or one of them. */
export const COMPILER_CHOICES = ["auto", ...COMPILERS] as const;
export type CompilerChoice = (typeof COMPILER_CHOICES)[number];

/** A compiler that was found. */
export interface Compiler {
  readonly name: Exclude<CompilerChoice, "auto">;
  readonly version: string;
}

const INSTALL: Record<Compiler["name"], string> = {
  "g++": "install g++ (Debian, Ubuntu: apt install g++)",
  "clang++": "install clang++ (Debian, Ubuntu: apt install clang)",
  "@yowasp/clang": "run npm install @yowasp/clang@22.0.0-git20542-10",
};

async function versionOf(name: Compiler["name"]): Promise<string | null> {
  if (name === "@yowasp/clang") return yowaspVersion();
  const { failed, stdout } = await execa(name, ["--version"], { reject: false });
  return failed ? null : (/\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? "unknown version");
}

/**
 * Find a compiler.
 *
 * @throws CnntargzError `tool` saying what to install when there is none.
 */
export async function findCompiler(choice: CompilerChoice): Promise<Compiler> {
  for (const name of choice === "auto" ? COMPILERS : [choice]) {
    const version = await versionOf(name);
    if (version !== null) return { name, version };
  }
  throw new CnntargzError(
    "tool",
    choice === "auto"
      ? `no C++ compiler for C-simulation: ${Object.values(INSTALL).join("; or ")}`
      : `${choice} is not installed: ${INSTALL[choice]}`,
  );
}

/** Each compiler that C-simulation can use, the first choice first; version null where it is missing. */
export async function listCompilers(): Promise<
  { name: Compiler["name"]; version: string | null; install: string }[]
> {
  return Promise.all(
    COMPILERS.map(async (name) => ({
      name,
      version: await versionOf(name),
      install: INSTALL[name],
    })),
  );
}
