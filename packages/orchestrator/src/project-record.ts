import { byRelativePath } from "@cnntargz/contracts";
import { z } from "zod";

/** What a written project says of itself: from what it was made, and what was written. */
export const ProjectRecord = z.object({
  kind: z.literal("project-record"),
  schemaVersion: z.literal(1),
  network: z.string(),
  /** SHA-256 of the file that the network was read from: of a run, its trained model. */
  origin: z.string(),
  /** SHA-256 of each file that was written, by path. */
  files: byRelativePath(z.string()),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;
