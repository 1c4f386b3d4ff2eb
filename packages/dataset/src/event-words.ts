import type { Rng } from "@cnntargz/contracts";

const TWO_TO_32 = 0x100000000;

/** The random words of one event after the other: word n of event i is word n % 4 of block (n / 4, i). */
export class EventWords {
  private readonly rng: Rng;
  private readonly words = new Uint32Array(4);
  private event = 0;
  private drawn = 0;
  constructor(rng: Rng) {
    this.rng = rng;
  }
  /** Begin with the first word of event `event`. */
  begin(event: number): void {
    this.event = event;
    this.drawn = 0;
  }
  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number {
    const word = this.drawn & 3;
    if (word === 0) this.rng.block(this.drawn >>> 2, this.event, this.words);
    this.drawn++;
    return this.words[word]! / TWO_TO_32;
  }
  /** Uniform in (0, 1), at the centres of steps of 2^-32. */
  open(): number {
    return this.uniform() + 0.5 / TWO_TO_32;
  }
  /** Standard normal, by Box and Muller's formula; takes two words. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.open())) * Math.cos(2 * Math.PI * this.uniform());
  }
}
