import { closest } from "fastest-levenshtein";
import { z } from "zod";

import { CnntargzError } from "./errors.js";
import type { StageContext } from "./stage.js";

/** A schema for the value of each option of `T`; none may be forgotten. */
export type OptionSchemas<T> = { readonly [Name in keyof T]-?: z.ZodType };

/**
 * A check for the options object of the function called `what`, to be called once at its head.
 *
 * The returned check throws CnntargzError `config` for an option that is not known (with the nearest
 * known one) or has a wrong type or value, naming the option, its value and what is allowed.
 */
export function optionsCheck<T extends object>(
  what: string,
  schemas: OptionSchemas<T>,
): (options: T) => void {
  const schema = z.strictObject(schemas);
  return (options) => {
    parseOptions(schema, options, what);
  };
}

/**
 * Parse a configuration that is handed to the function called `what`.
 *
 * @throws CnntargzError `config` as {@link optionsCheck}.
 */
export function parseOptions<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
): z.output<S> {
  const result = schema.safeParse(value, { error: explainUnknown });
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => explain(issue, value));
  throw new CnntargzError("config", `${what}: ${lines.join("; ")}`, { cause: result.error });
}

/** Zod's own words, but for keys that are not known: those with the nearest that are. */
function explainUnknown(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys" || !(issue.inst instanceof z.ZodObject)) return undefined;
  const known = Object.keys(issue.inst.shape);
  const input = issue.input as Record<string, unknown>;
  return issue.keys
    .map((key) => {
      const hint = known.length > 0 ? `; did you mean ${closest(key, known)}?` : ".";
      return `there is no option ${key} (given: ${show(input[key])})${hint} Known: ${known.join(", ")}`;
    })
    .join("; ");
}

function explain({ code, path, message }: z.core.$ZodIssue, options: unknown): string {
  const name = z.core.toDotPath(path);
  if (code === "unrecognized_keys") return name === "" ? message : `in ${name}, ${message}`;
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    options,
  );
  return `${name === "" ? "the options object" : `option ${name}`} is ${show(value)}: ${message}`;
}

const MOST_SHOWN = 60;

/** A value as short as a message can bear. */
function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint" || typeof value === "symbol") return value.toString();
  // JSON has no words for NaN and the infinities.
  if (typeof value === "number" || value === undefined) return String(value);
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    text = "an object";
  }
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

/** An optional function, such as a callback. */
export const optionalFunction = z
  .custom(
    (value) => value === undefined || typeof value === "function",
    "Invalid input: expected function",
  )
  .optional();

/** An optional `AbortSignal`. */
export const optionalSignal = z.instanceof(AbortSignal).optional();

/** What is not looked into: an artifact, which is parsed where it is read, an array or an interface. */
export const anyObject = z.custom(
  (value) => typeof value === "object" && value !== null,
  "Invalid input: expected object",
);

const contextSchema = z.strictObject({
  rng: anyObject.optional(),
  signal: optionalSignal,
  onProgress: optionalFunction,
  logger: anyObject.optional(),
});

/**
 * Check the context of the stage function called `what`.
 *
 * @throws CnntargzError `config` as {@link optionsCheck}.
 */
export function checkContext(context: Partial<StageContext>, what: string): void {
  parseOptions(contextSchema, context, `context of ${what}`);
}
