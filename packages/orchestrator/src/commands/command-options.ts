import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { CnntargzError, GivenResources } from "@cnntargz/contracts";
import { type Command, InvalidArgumentError } from "commander";

import { printTo } from "../terminal.js";

/** A commander argument parser for integers from `least` on. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`it must be an integer of at least ${least}.`);
    }
    return value;
  };
}

/** How a command talks. */
export interface TalkOptions {
  json?: true;
  quiet?: true;
}

/** Add `--json` and `--quiet`. */
export function addTalkOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON document on stdout and nothing else")
    .option("--quiet", "no talk on stderr");
}

/** A commander argument parser for numbers above 0 up to `most`. */
export function positiveUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(Number.isFinite(value) && value > 0 && value <= most)) {
      throw new InvalidArgumentError(
        `it must be a number above 0${Number.isFinite(most) ? ` and at most ${most}` : ""}.`,
      );
    }
    return value;
  };
}

/** A commander argument parser for numbers from `least` to `most`. */
export function numberBetween([least, most]: readonly [number, number]): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`it must be a number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** A signal that Ctrl-C and SIGTERM abort. */
export function stopSignal(): AbortSignal {
  const abort = new AbortController();
  const stop = (): void => {
    abort.abort(new DOMException("stopped by the user", "AbortError"));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return abort.signal;
}

/** Print what a command found: JSON with `--json`, text otherwise. */
export function printResult(options: TalkOptions, value: unknown, text: string): void {
  printTo(
    process.stdout,
    options.json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text.trimEnd()}\n`,
  );
}

/** The nearest of a path and the folders above it that exists, and whether it is a folder. */
function nearest(path: string): { path: string; isFolder: boolean } {
  if (!existsSync(path)) return nearest(dirname(path));
  return { path, isFolder: statSync(path).isDirectory() };
}

function outError(path: string, why: string): never {
  throw new CnntargzError("config", `--out ${path}: ${why}`);
}

/** A commander argument parser for a folder to write into, which may not exist yet. */
export function outFolder(path: string): string {
  const { path: found, isFolder } = nearest(resolve(path));
  if (!isFolder) outError(path, `${found} is a file; name a folder`);
  return path;
}

/** A commander argument parser for a file to write, which may not exist yet. */
export function outFile(path: string): string {
  const { path: found, isFolder } = nearest(resolve(path));
  if (found === resolve(path) ? isFolder : !isFolder) {
    outError(
      path,
      isFolder ? "that is a folder; name a file in it" : `${found} is a file, not a folder`,
    );
  }
  return path;
}

/** An option that takes amounts of resources, `lut=..,ff=..,dsp=..,bram18=..,uram=..`. */
export function resources(text: string): GivenResources {
  const amounts = Object.fromEntries(
    text.split(",").map((pair) => {
      const [name = "", amount] = pair.split("=");
      return [name.trim(), Number(amount?.trim() || NaN)];
    }),
  );
  const parsed = GivenResources.safeParse(amounts);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidArgumentError(
    `${[...issue!.path, issue!.message].join(": ")}. It must be as lut=871680,ff=1743360,dsp=5952,bram18=2688,uram=640.`,
  );
}
