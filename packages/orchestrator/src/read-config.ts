import { readFileSync } from "node:fs";

import { CnntargzError, requireShallow } from "@cnntargz/contracts";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

import { RunConfig } from "./config.js";
import { assertRecorded } from "./recorded-digest.js";

/**
 * Read a run configuration from a YAML or JSON file.
 *
 * @throws CnntargzError `config` with `file:line:column path: what is wrong` for each fault; `artifact`
 * when the file is the `config.json` of a run and not as the run left it.
 */
export function readRunConfig(path: string): RunConfig {
  // The one that a run left is to make the same run again.
  assertRecorded(path);
  return readConfigFile(path, RunConfig);
}

/** Read and parse a YAML or JSON file; `at` tells a place in it. */
function parseYaml(path: string) {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CnntargzError("config", `${path} can not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const lines = new LineCounter();
  // Python objects that hls4ml leaves in its files are no concern of ours.
  const document = wellFormed(path, () =>
    parseDocument(text, { lineCounter: lines, logLevel: "error" }),
  );
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [syntax] = document.errors;
  if (syntax) {
    // The parser hands on that its stack was full.
    const isDeep = syntax.message.startsWith("Maximum call stack");
    const what = isDeep ? "is nested too deeply" : syntax.message;
    throw new CnntargzError("config", `${at(syntax.pos[0])} ${what}`);
  }
  const value = wellFormed(path, () => document.toJS() as unknown);
  requireShallow(value, path);
  return { document, value, at };
}

/** What the parser throws: names of nothing, references that would fill the memory, levels without end. */
function wellFormed<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const why = cause instanceof RangeError ? "it is nested too deeply" : (cause as Error).message;
    throw new CnntargzError("config", `${path} is no usable YAML: ${why}; write it out`, { cause });
  }
}

/**
 * What a YAML or JSON file holds, whatever that is.
 *
 * @throws CnntargzError `config` when it can not be read or parsed.
 */
export function readYaml(path: string): unknown {
  return parseYaml(path).value;
}

/**
 * Read a configuration from a YAML or JSON file.
 *
 * @throws CnntargzError `config` with `file:line:column path: what is wrong` for each fault.
 */
export function readConfigFile<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const { document, value, at } = parseYaml(path);
  // A file of comments alone leaves everything at its default.
  const result = schema.safeParse(document.contents === null ? {} : value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    // An unknown or missing key has no node of its own: point at the closest parent that has one.
    let keys = issue.path.map(String);
    let node: unknown = document.getIn(keys, true);
    while (node === undefined && keys.length > 0) {
      keys = keys.slice(0, -1);
      node = document.getIn(keys, true);
    }
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
    return `${at(range?.[0] ?? 0)} ${issue.path.join(".")}: ${issue.message}`;
  });
  throw new CnntargzError("config", faults.join("\n"));
}
