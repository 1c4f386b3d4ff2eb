import type { RunRecord } from "@cnntargz/contracts";

type Json = RunRecord["config"];

/** Values of a document by path, such as `quantization.bits`; lists stay whole. */
function leaves(value: Json, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === "" ? key : `${path}.${key}`),
  );
}

/** Longer values are told by their beginning. */
const LONGEST = 40;
const shorten = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;

/** Settings that are not the same in all configurations, with each one's values; empty where it has none. */
export function differences(configs: readonly Json[]): {
  readonly settings: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const values = configs.map((config) => new Map(leaves(config)));
  const paths = [...new Set(values.flatMap((each) => [...each.keys()]))];
  const settings = paths.filter((path) => new Set(values.map((each) => each.get(path))).size > 1);
  return {
    settings,
    rows: values.map((each) => settings.map((path) => shorten(each.get(path) ?? ""))),
  };
}
