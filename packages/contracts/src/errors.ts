/** Stable codes that tell programs what kind of mistake an error is. */
export type ErrorCode =
  /** A value does not honour its contract. */
  | "contract"
  /** An option or a combination of options that can not work. */
  | "config"
  /** An artifact or data file is missing, truncated, foreign or of a newer major version. */
  | "artifact"
  /** A computation would not be exact, so its result is refused. */
  | "inexact"
  /** A program that was needed is missing or has failed. */
  | "tool"
  /** A training did not learn. */
  | "training"
  /** The operating system refuses: a full disk, a missing permission, a file in the way. */
  | "system";

/**
 * The base of every error that this toolchain throws on purpose: a stable `code`, and a message
 * that names the field, layer or file, both values, and the next step.
 */
export class CnntargzError extends Error {
  override readonly name: string = "CnntargzError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
