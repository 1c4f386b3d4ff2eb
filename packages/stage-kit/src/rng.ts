import { createHash } from "node:crypto";

import { CnntargzError, type Rng } from "@cnntargz/contracts";

import { philox4x32 } from "./philox.js";

/** A Philox key: two 32-bit words. */
export type RngKey = readonly [number, number];

/**
 * The key of a stage: the first 8 bytes of SHA-256 over `seed` and `stage`, so that stages of one
 * run draw from independent streams.
 */
export function deriveKey(seed: number, stage: string): RngKey {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new CnntargzError("config", `seed is ${seed}, it must be an integer from 0 to 2^53 - 1`);
  }
  return keyOf(`${seed}/${stage}`);
}

function keyOf(text: string): RngKey {
  const hash = createHash("sha256").update(text).digest();
  return [hash.readUInt32LE(0), hash.readUInt32LE(4)];
}

/** The counter-based generator of a key: `block(a, b)` is Philox4x32-10 of the counter (a, b). */
export function createRng(key: RngKey): Rng {
  const [k0, k1] = key;
  return {
    block(a, b, out) {
      philox4x32(
        a >>> 0,
        Math.floor(a / 0x100000000) >>> 0,
        b >>> 0,
        Math.floor(b / 0x100000000) >>> 0,
        k0,
        k1,
        out,
      );
    },
    derive: (name) => createRng(keyOf(`${k0}/${k1}/${name}`)),
    seed: (name) => keyOf(`${k0}/${k1}/${name}`)[0] & 0x7fffffff,
  };
}

/**
 * The permutation of 0..count-1 of stream `stream`: Fisher-Yates with Philox draws, a pure
 * function of (key, stream, count).
 */
export function permutation(rng: Rng, stream: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  const words = new Uint32Array(4);
  for (let last = count - 1; last > 0; last--) {
    const draw = count - 1 - last;
    if (draw % 4 === 0) rng.block(draw / 4, stream, words);
    // 2^-32 * count of bias at most: below 1e-3 for a million events, and only in the order.
    const other = Math.floor((words[draw % 4]! / 0x100000000) * (last + 1));
    const held = order[last]!;
    order[last] = order[other]!;
    order[other] = held;
  }
  return order;
}
