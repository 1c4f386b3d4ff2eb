import { z } from "zod";

/** Whether a path is one in the folder, and nowhere else. */
const isInside = (path: string): boolean =>
  path.split(/[\\/]/).every((part) => part !== "" && part !== "..");

/** What a written project says of itself: from what it was made, and what was written. */
export const ProjectRecord = z.object({
  kind: z.literal("project-record"),
  schemaVersion: z.literal(1),
  network: z.string(),
  /** SHA-256 of the file that the network was read from: of a run, its trained model. */
  origin: z.string(),
  /** SHA-256 of each file that was written, by path. */
  files: z.record(z.string(), z.string()).refine((files) => Object.keys(files).every(isInside), {
    error: "a path leads out of the project's folder",
  }),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;
