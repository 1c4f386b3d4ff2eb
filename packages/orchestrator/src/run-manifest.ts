import { existsSync } from "node:fs";
import { join } from "node:path";

import { byRelativePath, CnntargzError, Digest, HlsConfig } from "@cnntargz/contracts";
import { digestJson, readArtifact } from "@cnntargz/stage-kit";
import { z } from "zod";

export const MANIFEST_FILE = "manifest.json";
/** Says which files are of the run while they are being replaced; gone when a manifest is there. */
export const JOURNAL_FILE = ".replacing.json";

/** What reading commands need of a run's `manifest.json`. */
export const RunManifest = z.object({
  kind: z.literal("run-manifest"),
  schemaVersion: z.literal(1),
  config: z.looseObject({ name: z.string(), hls: HlsConfig }),
  /** Digest of each finished stage. */
  stages: z.record(z.string(), z.string()),
  /** SHA-256 of each other file of the run, by path; missing in those of version 0.1.0, as is `digest`. */
  files: byRelativePath(Digest).optional(),
  /** Of the manifest without this. */
  digest: Digest.optional(),
});
export type RunManifest = z.output<typeof RunManifest>;

/** SHA-256 of each path's bytes as runs wrote them, several where one run was replacing another's. */
export const Journal = byRelativePath(z.array(Digest));
export type Journal = z.infer<typeof Journal>;

/** The manifest as text, with its own digest. */
export function manifestText(content: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ ...content, digest: digestJson(content) }, null, 2)}\n`;
}

/** Whether a folder is the directory of a finished run. */
export const isRunDirectory = (path: string): boolean => existsSync(join(path, MANIFEST_FILE));

/** Folders of which was said already that they are old. */
const told = new Set<string>();

/**
 * The manifest of the run in `folder`. One of version 0.1.0, which holds no digests, is read with a
 * warning.
 *
 * @throws CnntargzError `artifact` when it can not be read or is not as it was written; ContractError
 * when it is no manifest.
 */
export function readManifest(folder: string): RunManifest {
  const path = join(folder, MANIFEST_FILE);
  const raw = readArtifact(path, z.unknown());
  const { digest, ...content } = (raw ?? {}) as Record<string, unknown>;
  if (digest === undefined && content["files"] === undefined) {
    const manifest = readArtifact(path, RunManifest);
    if (!told.has(folder)) {
      process.emitWarning(
        `${folder} was written by cnntargz 0.1.0, which kept no digests of results: a change of them can not be noticed; the same run again with --out ${folder} adds them`,
        "CnntargzWarning",
      );
    }
    told.add(folder);
    return manifest;
  }
  const found = digestJson(content);
  if (found !== digest || content["files"] === undefined) {
    throw new CnntargzError(
      "artifact",
      `${path} is damaged or was changed: its content has the digest ${found}, it states ${String(digest).slice(0, 80)}: run the same configuration again with --out ${folder}, finished stages are taken from there`,
    );
  }
  return readArtifact(path, RunManifest);
}
