import { z } from "zod";

/** Lower-case hexadecimal SHA-256. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal");
export type Digest = z.infer<typeof Digest>;

/** Where an artifact comes from: enough to make it again. */
export const Provenance = z.strictObject({
  /** The stage that made it, such as `train-teacher`. */
  stage: z.string(),
  /** Package versions that took part, by name. */
  packages: z.record(z.string(), z.string()),
  /** Seed of the run. */
  seed: z.int().nonnegative(),
  /** Digests of the stage's inputs, by role. */
  inputs: z.record(z.string(), Digest),
  /** The resolved configuration of the stage. */
  config: z.json(),
});
export type Provenance = z.infer<typeof Provenance>;

/** The two fields every artifact begins with; a reader refuses a newer major `schemaVersion`. */
export const artifactHeader = <K extends string>(kind: K) => ({
  kind: z.literal(kind),
  schemaVersion: z.literal(1),
});
