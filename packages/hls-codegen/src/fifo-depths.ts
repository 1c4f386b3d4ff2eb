import { StreamSchedule } from "./stream-schedule.js";
import type { StreamingLayer } from "./stream-turns.js";

/** Images that run back to back: enough for the pace of the slowest layer to show. */
const IMAGES = 4;
/** A stream of one place would pass an element only every other cycle. */
const LEAST = 2;

/**
 * The shallowest streams with which a chain of layers is as fast as with streams that hold a whole
 * image: images back to back leave at the same cycles. Found stream by stream, from the first on, by
 * halving; the last layer's stream is the firmware's port, whose depth is not ours to choose.
 */
export function analyticFifoDepths(layers: readonly StreamingLayer[]): number[] {
  const depths = layers.map(({ outputShape: [height, width] }) => Math.max(height * width, LEAST));
  const schedule = new StreamSchedule(layers, depths, IMAGES);
  for (let index = 0; index < layers.length - 1; index += 1) {
    let low = LEAST;
    let high = Math.max(schedule.heldAtMost(index), LEAST);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (schedule.tryDepth(index, middle)) high = middle;
      else low = middle + 1;
    }
    depths[index] = high;
  }
  return depths;
}
