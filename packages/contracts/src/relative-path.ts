import { z } from "zod";

/** Names that Windows gives to devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Why one path may not be written below a folder; null when it may. */
function pathFault(path: string): string | null {
  if (path.length > 1000) return "is longer than 1,000 characters";
  // eslint-disable-next-line no-control-regex -- control characters are what must not be there
  if (/[\u0000-\u001f\u007f-\u009f\\:]/.test(path)) {
    return "has a backslash, a colon or a control character";
  }
  for (const segment of path.split("/")) {
    if (segment === "" || segment === "." || segment === "..") return "leaves the folder";
    if (DEVICE.test(segment) || /[. ]$/.test(segment)) return "is no name on every system";
  }
  return null;
}

/**
 * Why files can not be written side by side below a folder, in a sentence: a path that leaves it, that
 * not every system has, or two that are one where case does not count. Null when they can.
 */
export function pathsFault(paths: readonly string[]): string | null {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const fault = pathFault(path);
    if (fault !== null) {
      return `the path ${JSON.stringify(path.slice(0, 100))} ${fault}; give relative paths with forward slashes`;
    }
    const folded = path.normalize("NFC").toLowerCase();
    const other = seen.get(folded) ?? path;
    if (other !== path) {
      return `the paths ${JSON.stringify(other)} and ${JSON.stringify(path)} differ only by case; rename one`;
    }
    seen.set(folded, path);
  }
  for (const [folded, path] of seen) {
    for (let at = folded.indexOf("/"); at >= 0; at = folded.indexOf("/", at + 1)) {
      const file = seen.get(folded.slice(0, at));
      if (file === undefined) continue;
      return `${JSON.stringify(file)} is a file and the folder of ${JSON.stringify(path)}; rename one`;
    }
  }
  return null;
}

/** Values by the path of a file below a folder, each with forward slashes and such that every system has it. */
export const byRelativePath = <S extends z.ZodType>(value: S) =>
  z.record(z.string(), value).superRefine((values, context) => {
    for (const path of Object.keys(values)) {
      const fault = pathsFault([path]);
      if (fault !== null) context.addIssue({ code: "custom", message: fault });
    }
  });

/** Texts by relative path, all of which can be written below a folder. */
export const FileTree = z.record(z.string(), z.string()).superRefine((files, context) => {
  const fault = pathsFault(Object.keys(files));
  if (fault !== null) context.addIssue({ code: "custom", message: fault });
});
