import { CnntargzError, type Rng } from "@cnntargz/contracts";
import { permutation } from "@cnntargz/stage-kit";

/**
 * A random order of `count` examples that visits them block by block, so that a source that reads
 * from a file inflates each block once per epoch: blocks of `blockEvents` come in random order, and
 * the examples of `mixBlocks` blocks that follow each other are mixed. A pure function of its
 * arguments and the key of `rng`.
 *
 * @param epoch another order for each.
 * @throws CnntargzError `config` when a block would hold nothing.
 */
export function blockShuffle(
  rng: Rng,
  epoch: number,
  count: number,
  blockEvents: number,
  mixBlocks = 4,
): Uint32Array {
  for (const [name, value] of Object.entries({ blockEvents, mixBlocks })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new CnntargzError("config", `${name} is ${value}, it must be an integer >= 1`);
    }
  }
  const blocks = permutation(rng.derive("blocks"), epoch, Math.ceil(count / blockEvents));
  const within = rng.derive(`within ${epoch}`);
  const order = new Uint32Array(count);
  let done = 0;
  for (let first = 0; first < blocks.length; first += mixBlocks) {
    const members = [...blocks.subarray(first, first + mixBlocks)].flatMap((block) => {
      const start = block * blockEvents;
      const size = Math.min(blockEvents, count - start);
      return Array.from({ length: size }, (_, index) => start + index);
    });
    for (const index of permutation(within, first, members.length)) {
      order[done++] = members[index]!;
    }
  }
  return order;
}
