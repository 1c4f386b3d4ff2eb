import { createHash } from "node:crypto";
import { inspect } from "node:util";

import { CnntargzError, type Digest } from "@cnntargz/contracts";

/**
 * JSON with sorted keys and no white space: equal values give equal text (RFC 8785 for the values
 * artifacts hold).
 *
 * @throws CnntargzError `contract` for values JSON can not hold, such as NaN or a function.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
  } else if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  } else if (typeof value === "object") {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  throw new CnntargzError("contract", `${inspect(value)} can not be part of an artifact (JSON)`);
}

/** SHA-256 of bytes or UTF-8 text, in hexadecimal. */
export function digestBytes(...parts: readonly (string | Uint8Array)[]): Digest {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** SHA-256 of the canonical JSON of `value`. */
export function digestJson(value: unknown): Digest {
  return digestBytes(canonicalJson(value));
}
