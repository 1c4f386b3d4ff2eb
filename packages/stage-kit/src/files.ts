import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

import {
  CnntargzError,
  type Digest,
  encodeContract,
  parseContract,
  pathsFault,
  requireShallow,
} from "@cnntargz/contracts";
import type { z } from "zod";

import { writeFileAtomic } from "./atomic-file.js";
import { canonicalJson, digestBytes } from "./digest.js";

/**
 * Write `files` (path -> content, relative to `folder`), each atomically; `executables` get mode 755.
 *
 * @throws CnntargzError `contract` for a path that leaves the folder, before anything is written;
 * `system` when the system refuses.
 */
export function writeTree(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  executables: readonly string[] = [],
): void {
  const fault = pathsFault([...new Set([...Object.keys(files), ...executables])]);
  if (fault !== null) throw new CnntargzError("contract", `${folder}: ${fault}`);
  for (const [path, content] of Object.entries(files)) {
    writeFileAtomic(join(folder, path), content, {
      mode: executables.includes(path) ? 0o755 : 0o666,
    });
  }
}

/** Digest of `files` (path -> text), independent of their order. */
export function digestTree(files: Readonly<Record<string, string>>): string {
  return digestBytes(canonicalJson(files));
}

const unreadable = (path: string, cause: unknown): CnntargzError =>
  new CnntargzError("artifact", `${path} can not be read: ${(cause as Error).message}`, { cause });

/** Bytes of a file that are hashed at once. */
const HASH_BYTES = 2 ** 20;

/**
 * SHA-256 of a file, in hexadecimal.
 *
 * @throws CnntargzError `artifact` when it can not be read.
 */
export function digestFile(path: string): Digest {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(HASH_BYTES);
  try {
    const file = openSync(path, "r");
    try {
      for (let size; (size = readSync(file, buffer)) > 0;) hash.update(buffer.subarray(0, size));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return hash.digest("hex");
}

/** SHA-256 of a file, as it was recorded when the file was written. */
export interface RecordedDigest {
  readonly digest: Digest;
  /** The file that says so. */
  readonly where: string;
}

/**
 * Bytes must be those that were recorded when they were written.
 *
 * @param found their digest
 * @throws CnntargzError `artifact` that names both files and both digests.
 */
export function assertDigest(path: string, found: Digest, { digest, where }: RecordedDigest): void {
  if (found === digest) return;
  throw new CnntargzError(
    "artifact",
    `${path} is damaged or was changed: its SHA-256 is ${found}, ${where} says ${digest}: take it from a copy or make it again`,
  );
}

/**
 * Read a JSON artifact and check it against `schema`.
 *
 * @param what its bytes must be; null or left out when nothing is known of them
 * @throws CnntargzError `artifact` when the file is missing, has other bytes than were recorded, is
 * not JSON, of another kind or of a newer schema version; ContractError when a field is wrong.
 */
export function readArtifact<S extends z.ZodType>(
  path: string,
  schema: S,
  recorded: RecordedDigest | null = null,
): z.output<S> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (recorded !== null) assertDigest(path, digestBytes(bytes), recorded);
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CnntargzError(
      "artifact",
      `${path} is not JSON (${(cause as Error).message}); it may be truncated: make it again`,
      { cause },
    );
  }
  requireShallow(value, path);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > 1) {
    throw new CnntargzError(
      "artifact",
      `${path} has schemaVersion ${version}, this program reads up to 1: update the program`,
    );
  }
  return parseContract(schema, value, path);
}

/**
 * An artifact as it is stored: canonical JSON and a line feed.
 *
 * @throws ContractError when `value` does not honour `schema`; `what` is how it calls the value.
 */
export function artifactText<S extends z.ZodType>(
  schema: S,
  value: z.output<S>,
  what = "artifact",
): string {
  return `${canonicalJson(encodeContract(schema, value, what))}\n`;
}

/**
 * Write an artifact as canonical JSON, whole or not at all.
 *
 * @returns the digest of the written bytes.
 * @throws ContractError when `value` does not honour `schema`; nothing is written then.
 */
export function writeArtifact<S extends z.ZodType>(
  path: string,
  schema: S,
  value: z.output<S>,
): string {
  const text = artifactText(schema, value, path);
  writeFileAtomic(path, text);
  return digestBytes(text);
}

/** Digest that {@link writeArtifact} would return, without writing. */
export function digestArtifact<S extends z.ZodType>(schema: S, value: z.output<S>): string {
  return digestBytes(artifactText(schema, value));
}
