import { z } from "zod";

/** What a finished stage says of itself in its `stage.json`. */
export const StageRecord = z.object({
  stage: z.string(),
  key: z.string(),
  /** SHA-256 of each file of the stage, by path. */
  files: z.record(z.string(), z.string()),
});
export type StageRecord = z.infer<typeof StageRecord>;
