import type { Rng } from "@cnntargz/contracts";

/** Uniform numbers in (0, 1), in turn, of stream `stream` of a generator. */
export function uniforms(rng: Rng, stream = 0): () => number {
  const words = new Uint32Array(4);
  let drawn = 0;
  return () => {
    if (drawn % 4 === 0) rng.block(drawn / 4, stream, words);
    return (words[drawn++ % 4]! + 0.5) / 2 ** 32;
  };
}

/**
 * Draws numbers of successes in `trials` trials of probability `p`: the inverse of the summed
 * binomial probabilities, for repeated draws.
 */
export function binomialDraws(trials: number, p: number): (uniform: number) => number {
  if (p <= 0) return () => 0;
  if (p >= 1) return () => trials;
  // Probabilities relative to the one at the mode, outwards until they no longer count.
  const mode = Math.min(trials, Math.floor((trials + 1) * p));
  const odds = p / (1 - p);
  const up: number[] = [];
  for (let k = mode, term = 1; k <= trials && term > 1e-18; k++) {
    up.push(term);
    term *= ((trials - k) / (k + 1)) * odds;
  }
  const down: number[] = [];
  for (let k = mode, term = 1; k > 0; k--) {
    term *= k / (trials - k + 1) / odds;
    if (term <= 1e-18) break;
    down.push(term);
  }
  const first = mode - down.length;
  let sum = 0;
  const upTo = [...down.reverse(), ...up].map((term) => (sum += term));
  return (uniform) => {
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > uniform * sum) high = middle;
      else low = middle + 1;
    }
    return first + low;
  };
}
