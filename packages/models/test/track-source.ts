import type { BatchSource, Rng } from "@cnntargz/contracts";

/**
 * Images (9, 16, 1) that a small network can learn from: a muon's straight track, whose slope is the
 * pT target and whose position is the eta target, or, one time in five, two stray hits.
 */
export function trackSource(rng: Rng, count: number): BatchSource {
  const size = 9 * 16;
  const images = new Float32Array(count * size);
  const targets = new Float32Array(2 * count);
  const hasEta = new Uint8Array(count);
  const words = new Uint32Array(4);
  for (let event = 0; event < count; event++) {
    rng.block(event, 0, words);
    const [a, b, c, d] = [...words].map((word) => word / 2 ** 32) as [
      number,
      number,
      number,
      number,
    ];
    const image = images.subarray(event * size, (event + 1) * size);
    if (a < 0.2) {
      image[Math.floor(b * size)] = 1;
      image[Math.floor(c * size)] = 1;
      continue;
    }
    hasEta[event] = 1;
    const bend = 4 * b;
    const position = 4 + 8 * c;
    for (let row = 0; row < 9; row++) {
      const side = d < 0.5 ? -1 : 1;
      const column = Math.round(position + (side * bend * row) / 8);
      if (column >= 0 && column < 16) image[16 * row + column] = 1;
    }
    targets[2 * event] = 1 - 0.8 * b;
    targets[2 * event + 1] = position / 16;
  }
  return arraySource(images, targets, hasEta, [9, 16, 1]);
}

/** A source over arrays. Its batches share one buffer, as the contract allows. */
export function arraySource(
  images: Float32Array,
  targets: Float32Array,
  hasEta: Uint8Array,
  imageShape: readonly [number, number, number],
): BatchSource {
  const count = hasEta.length;
  const size = images.length / count;
  const buffer = {
    images: new Float32Array(0),
    targets: new Float32Array(0),
    hasEta: new Uint8Array(0),
  };
  return {
    count,
    imageShape,
    batch(indices) {
      if (buffer.hasEta.length < indices.length) {
        buffer.images = new Float32Array(indices.length * size);
        buffer.targets = new Float32Array(indices.length * 2);
        buffer.hasEta = new Uint8Array(indices.length);
      }
      for (let row = 0; row < indices.length; row++) {
        const index = indices[row]!;
        if (index >= count) throw new RangeError(`example ${index} of ${count}`);
        buffer.images.set(images.subarray(index * size, (index + 1) * size), row * size);
        buffer.targets.set(targets.subarray(2 * index, 2 * index + 2), 2 * row);
        buffer.hasEta[row] = hasEta[index]!;
      }
      return { ...buffer, count: indices.length };
    },
  };
}
