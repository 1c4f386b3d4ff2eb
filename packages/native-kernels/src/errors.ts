/** Thrown when the addon cannot be built, loaded or run; the message names the next step. */
export class NativeKernelsError extends Error {
  override readonly name = "NativeKernelsError";
}
