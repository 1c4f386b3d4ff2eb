import { z } from "zod";

import { CnntargzError } from "./errors.js";

/** Faults that a message names; a file of nothing but faults has thousands. */
const SHOWN = 20;
/** Characters of a fault that a message shows. */
const LONGEST = 1000;
/** Levels of a value: no artifact has a dozen. */
const DEEPEST = 100;

const shorten = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line))
    .join("\n");

/**
 * Check that a value that was read is no deeper than any artifact or configuration: what works through
 * it calls itself once a level.
 *
 * @throws CnntargzError `contract` naming `what`.
 */
export function requireShallow(value: unknown, what: string): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) {
      throw new CnntargzError(
        "contract",
        `${what} is nested more than ${DEEPEST} levels deep; no file of this toolchain is`,
      );
    }
    const inner: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null || ArrayBuffer.isView(one)) continue;
      for (const member of Array.isArray(one) ? (one as unknown[]) : Object.values(one)) {
        if (typeof member === "object" && member !== null) inner.push(member);
      }
    }
    level = inner;
  }
}

/** Thrown when a value handed over a package border does not honour its contract. */
export class ContractError extends CnntargzError {
  override readonly name = "ContractError";
  /** What zod found, one entry per offending path. */
  readonly issues: readonly z.core.$ZodIssue[];
  constructor(what: string, cause: z.ZodError) {
    const shown = new z.ZodError(cause.issues.slice(0, SHOWN));
    const more = cause.issues.length - SHOWN;
    const rest = more > 0 ? `\n... and ${more} more` : "";
    super("contract", `${what} is not valid:\n${shorten(z.prettifyError(shown))}${rest}`, {
      cause,
    });
    this.issues = cause.issues;
  }
}

/**
 * Parse `value` (the JSON form) into the in-memory form of `schema`.
 *
 * @throws ContractError naming `what`, the path of each offending field and what it should be.
 */
export function parseContract<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
): z.output<S> {
  requireShallow(value, what);
  const result = schema.safeParse(value);
  if (!result.success) throw new ContractError(what, result.error);
  return result.data;
}

/**
 * Turn the in-memory form of an artifact into its JSON form (typed arrays become base64).
 *
 * @throws ContractError when `value` does not honour `schema`.
 */
export function encodeContract<S extends z.ZodType>(
  schema: S,
  value: z.output<S>,
  what: string,
): z.input<S> {
  const result = z.safeEncode(schema, value);
  if (!result.success) throw new ContractError(what, result.error);
  return result.data;
}
