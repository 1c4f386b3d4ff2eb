import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import {
  CnntargzError,
  encodeContract,
  onDisk,
  parseContract,
  pathsFault,
  requireShallow,
} from "@cnntargz/contracts";
import type { z } from "zod";

import { canonicalJson, digestBytes } from "./digest.js";

/**
 * Make a folder and those above it, as far as they are not there.
 *
 * @throws CnntargzError `system` when the system refuses.
 */
export function makeFolder(path: string): void {
  onDisk(path, () => {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      const parent = dirname(path);
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === path) throw error;
      // Node says so of a read-only file system, too: one folder at a time tells why.
      if (!existsSync(parent)) makeFolder(parent);
      mkdirSync(path);
    }
  });
}

/**
 * Write a file so that it appears whole or not at all: under a temporary name in the same folder,
 * then renamed. Folders are made as needed.
 *
 * @throws CnntargzError `system` when the system refuses.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  makeFolder(dirname(path));
  onDisk(path, () => {
    try {
      writeFileSync(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
  });
}

/** What can not be removed either must not hide why. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first error says what is wrong.
  }
}

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
  const fault = pathsFault([...Object.keys(files), ...executables]);
  if (fault !== null) throw new CnntargzError("contract", `${folder}: ${fault}`);
  for (const [path, content] of Object.entries(files)) writeFileAtomic(join(folder, path), content);
  for (const path of executables) {
    const file = join(folder, path);
    onDisk(file, () => {
      chmodSync(file, 0o755);
    });
  }
}

/** Digest of `files` (path -> text), independent of their order. */
export function digestTree(files: Readonly<Record<string, string>>): string {
  return digestBytes(canonicalJson(files));
}

/**
 * Read a JSON artifact and check it against `schema`.
 *
 * @throws CnntargzError `artifact` when the file is missing, not JSON, of another kind or of a
 * newer schema version; ContractError when a field is wrong.
 */
export function readArtifact<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CnntargzError("artifact", `${path} can not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
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
  const text = `${canonicalJson(encodeContract(schema, value, path))}\n`;
  writeFileAtomic(path, text);
  return digestBytes(text);
}

/** Digest that {@link writeArtifact} would return, without writing. */
export function digestArtifact<S extends z.ZodType>(schema: S, value: z.output<S>): string {
  return digestBytes(`${canonicalJson(encodeContract(schema, value, "artifact"))}\n`);
}
