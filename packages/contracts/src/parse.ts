import { z } from "zod";

import { CnntargzError } from "./errors.js";

/** Thrown when a value handed over a package border does not honour its contract. */
export class ContractError extends CnntargzError {
  override readonly name = "ContractError";
  /** What zod found, one entry per offending path. */
  readonly issues: readonly z.core.$ZodIssue[];
  constructor(what: string, cause: z.ZodError) {
    super("contract", `${what} is not valid:\n${z.prettifyError(cause)}`, { cause });
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
