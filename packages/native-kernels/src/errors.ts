/** Thrown when the addon cannot be built, loaded or run; the message names the next step. */
export class NativeKernelsError extends Error {
  override readonly name = "NativeKernelsError";
}

/**
 * Check that `options` of the function `what` holds text under `known` names and nothing else.
 *
 * @throws NativeKernelsError naming the option, its value and the known ones.
 */
export function requireTextOptions(what: string, options: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (!known.includes(name)) {
      throw new NativeKernelsError(
        `${what}: there is no option ${name}. Known: ${known.join(", ")}.`,
      );
    }
    if (value !== undefined && typeof value !== "string") {
      throw new NativeKernelsError(`${what}: option ${name} is a ${typeof value}, not a string.`);
    }
  }
}
