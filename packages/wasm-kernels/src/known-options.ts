import { WasmKernelsError } from "./tensorflow.js";

/**
 * Check that `options` of the function `what` holds nothing but `known` names.
 *
 * @throws WasmKernelsError naming the unknown option and the known ones.
 */
export function requireKnownOptions(what: string, options: object, known: readonly string[]): void {
  const name = Object.keys(options).find((key) => !known.includes(key));
  if (name !== undefined) {
    throw new WasmKernelsError(`${what}: there is no option ${name}. Known: ${known.join(", ")}.`);
  }
}
