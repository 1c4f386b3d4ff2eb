import { setImmediate } from "node:timers/promises";

import type { IntegerNetwork, StageContext } from "@cnntargz/contracts";
import { compileNetwork } from "@cnntargz/fixed-point";

/** Events or images that are worked on at once: a fraction of a second. */
const BLOCK = 8192;

/** How a long computation is stopped, and where it tells how far it is. */
export interface BlockContext extends Pick<StageContext, "signal" | "onProgress"> {
  /** What is being done. */
  readonly task: string;
}

/**
 * Work on `count` things block by block. The event loop runs in between, so that signals are heard and
 * the run directory's lock is kept.
 *
 * @throws the signal's reason when aborted
 */
export async function inBlocks(
  count: number,
  { signal, onProgress, task }: BlockContext,
  work: (range: { readonly start: number; readonly count: number }) => void,
): Promise<void> {
  for (let start = 0; start < count; start += BLOCK) {
    signal?.throwIfAborted();
    onProgress?.({ task, fraction: start / count });
    work({ start, count: Math.min(BLOCK, count - start) });
    await setImmediate();
  }
  onProgress?.({ task, fraction: 1 });
}

/** The outputs of an integer network for `count` images, as `compileNetwork(network).run` gives them. */
export async function runInBlocks(
  network: IntegerNetwork,
  images: Float64Array | Int32Array | Uint8Array,
  count: number,
  context: BlockContext,
): Promise<Float64Array> {
  const compiled = compileNetwork(network);
  const size = images.length / count;
  let outputs = new Float64Array(0);
  await inBlocks(count, context, ({ start, count: part }) => {
    const found = compiled.run(images.subarray(start * size, (start + part) * size), part);
    const each = found.length / part;
    if (start === 0) outputs = new Float64Array(count * each);
    outputs.set(found, start * each);
  });
  return outputs;
}
