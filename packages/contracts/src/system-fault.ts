import { CnntargzError } from "./errors.js";

/** What the system says, in words, and what to do about it. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied; change the permissions or give another path",
  EBUSY: "it is in use by another program; wait for that one or give another path",
  EDQUOT: "the disk quota is used up; free some space, then start the same command again",
  EEXIST: "it exists already; move it away or give another path",
  EFBIG: "the file would be larger than the system allows (ulimit -f); raise the limit",
  EINVAL: "the system does not take it; check the path",
  EIO: "the disk can not be read or written; check it, or give another path",
  EISDIR: "it is a folder where a file is wanted; give the path of a file",
  ELOOP: "its symbolic links lead in a circle; give the real path",
  EMFILE: "too many files are open; raise the limit (ulimit -n) or run fewer programs",
  ENAMETOOLONG: "the name is too long; give a shorter one",
  ENFILE: "too many files are open on this computer; close other programs",
  ENOENT: "it does not exist; check the path",
  ENOMEM: "there is not enough memory; run fewer programs or work on less data",
  ENOSPC: "no space is left on the disk; free some, then start the same command again",
  ENOTDIR: "a part of the path is a file where a folder is wanted; give another path",
  ENOTEMPTY: "the folder is not empty; move it away or give another path",
  EPERM: "the system does not permit it; change the permissions or give another path",
  EPIPE: "whoever read the output is gone; start the command again",
  EROFS: "the file system is read-only; give a path on another one",
  ETXTBSY: "the program is running; wait until it has ended",
  EXDEV: "it lies on another file system; give paths on the same one",
};

/** Errors of the system, as Node makes them. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return (
    error instanceof Error &&
    "syscall" in error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z0-9]+$/.test(error.code)
  );
}

/**
 * An error of the system, such as a full disk, as an error of this toolchain that names path and cure;
 * any other error as it is.
 *
 * @param path what was worked on, where the system itself does not say
 */
export function systemFault<E>(error: E, path?: string): E | CnntargzError {
  if (!isSystemError(error)) return error;
  const { code, syscall = "", message } = error;
  const at = path ?? error.path ?? "a file or a process";
  return new CnntargzError("system", `${at}: ${WORDS[code] ?? message} (${code}, ${syscall})`, {
    cause: error,
  });
}

/**
 * Work on a file or folder.
 *
 * @throws CnntargzError `system` that names `path` when the system refuses; other errors of `work` as
 * they are.
 */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw systemFault(error, path);
  }
}
