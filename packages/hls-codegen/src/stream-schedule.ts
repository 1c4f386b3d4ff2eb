import { type StreamingLayer, type Turn, turnsOf } from "./stream-turns.js";

/** When a layer takes and gives the elements of all images, in clock cycles. */
interface Times {
  /** When each element was read from the input stream. */
  readonly reads: Float64Array;
  /** When each element was written to the output stream. */
  readonly writes: Float64Array;
}

/** A layer on its way through the images. */
interface Runner extends Times {
  readonly turns: readonly Turn[];
  /** Turns done, over all images. */
  done: number;
  /** When the next turn may begin. */
  ready: number;
  /** Elements read and written so far. */
  read: number;
  written: number;
  /** Whether a write was so late that an image must be. */
  late: boolean;
}

const count = (turns: readonly Turn[], of: "reads" | "writes"): number =>
  turns.reduce((sum, turn) => sum + Number(turn[of]), 0);

const same = (a: Float64Array, b: Float64Array): boolean =>
  a === b || a.every((time, at) => time === b[at]);

/**
 * `images` images back to back through a chain of streaming layers, one element offered to the first
 * per clock, with streams of given depths: a layer waits where its input is empty or its output full.
 * An element can be read in the cycle after it was written, and its place filled again in the cycle
 * after it was read. Pipelines count as one cycle deep: their real depth shifts what follows, but not
 * how fast elements come and go.
 *
 * A stream is made shallower only if that costs no image a cycle. Whether it does is found by running
 * the layers around it again, as far as times change, so that a chain costs time in proportion to its
 * layers.
 */
export class StreamSchedule {
  private readonly turns: readonly (readonly Turn[])[];
  private readonly images: number;
  /** Places in each layer's output stream; the last one's is never full. */
  private readonly depths: number[];
  private readonly times: Times[] = [];
  /** By layer: how late each write may be, for all that is behind it, without an image being late. */
  private readonly latest: readonly Float64Array[] = [];

  constructor(layers: readonly StreamingLayer[], depths: readonly number[], images: number) {
    this.turns = layers.map((layer, index) => {
      // A flatten between two layers is an alias: what arrives are the pixels that were written.
      const [height, width] = layers[index - 1]?.outputShape ?? layer.inputShape;
      return turnsOf(layer, height * width);
    });
    this.images = images;
    this.depths = [...depths];
    this.times = this.run(0, layers.length - 1)!;
    this.latest = this.latestWrites();
  }

  /** The fewest places in the stream behind layer `index` with which nothing changes. */
  heldAtMost(index: number): number {
    const { writes } = this.times[index]!;
    const { reads } = this.times[index + 1]!;
    let most = 0;
    let read = 0;
    for (const [written, time] of writes.entries()) {
      while (read < reads.length && reads[read]! < time) read += 1;
      most = Math.max(most, written + 1 - read);
    }
    return most;
  }

  /** Give the stream behind layer `index` this depth, if all images still leave at the same cycles. */
  tryDepth(index: number, depth: number): boolean {
    const previous = this.depths[index]!;
    this.depths[index] = depth;
    const last = this.turns.length - 1;
    let [first, end] = [index, index + 1];
    for (;;) {
      const times = this.run(first, end);
      if (times === null) {
        this.depths[index] = previous;
        return false;
      }
      const size = end - first + 1;
      const isAbove = first > 0 && !same(times[0]!.reads, this.times[first]!.reads);
      const isBelow = end < last && !same(times.at(-1)!.writes, this.times[end]!.writes);
      if (!isAbove && !isBelow) {
        this.times.splice(first, size, ...times);
        return true;
      }
      // Twice as far each time: all runs together cost no more than twice the last one.
      if (isAbove) first = Math.max(0, first - size);
      if (isBelow) end = Math.min(last, end + size);
    }
  }

  /**
   * Run layers `first` to `end` while those around them keep their times; null as soon as a write is
   * so late that an image must be.
   */
  private run(first: number, end: number): Times[] | null {
    const runners = this.turns.slice(first, end + 1).map((turns): Runner => {
      const reads = new Float64Array(this.images * count(turns, "reads"));
      const writes = new Float64Array(this.images * count(turns, "writes"));
      return { turns, done: 0, ready: 0, read: 0, written: 0, late: false, reads, writes };
    });
    const before = first === 0 ? null : this.times[first - 1]!.writes;
    const after = this.times[end + 1]?.reads ?? null;
    const isLast = end === this.turns.length - 1;

    /** Do a layer's next turn; false where it must wait for another layer to get further. */
    const step = (at: number): boolean => {
      const runner = runners[at]!;
      const turn = runner.turns[runner.done % runner.turns.length]!;
      let start = runner.ready;
      if (turn.reads && (at > 0 || before !== null)) {
        const source = runners[at - 1];
        if (source !== undefined && runner.read >= source.written) return false;
        start = Math.max(start, (source?.writes ?? before!)[runner.read]! + 1);
      }
      if (turn.writes && (at < runners.length - 1 || !isLast)) {
        const blocking = runner.written - this.depths[first + at]!;
        if (blocking >= 0) {
          const sink = runners[at + 1];
          if (sink !== undefined && blocking >= sink.read) return false;
          start = Math.max(start, (sink?.reads ?? after!)[blocking]! + 1);
        }
      }
      if (turn.reads) runner.reads[runner.read++] = start;
      if (turn.writes) {
        const latest = this.latest[first + at];
        runner.late ||= latest !== undefined && start > latest[runner.written]!;
        runner.writes[runner.written++] = start;
      }
      runner.ready = start + turn.cycles;
      runner.done += 1;
      return true;
    };
    let moved = true;
    while (moved) {
      moved = false;
      for (const [at, runner] of runners.entries()) {
        while (runner.done < this.images * runner.turns.length && step(at)) moved = true;
        if (runner.late) return null;
      }
    }
    return runners.map(({ reads, writes }) => ({ reads, writes }));
  }

  /** From the last layer back: a write must be there before the turn that reads it has to begin. */
  private latestWrites(): Float64Array[] {
    const all: Float64Array[] = [];
    // The end of each image is what the last layer must not miss.
    let needed = this.times
      .at(-1)!
      .writes.map((time, at, { length }) =>
        (at + 1) % (length / this.images) === 0 ? time + 1 : Infinity,
      );
    for (let index = this.turns.length - 1; index >= 0; index -= 1) {
      const turns = this.turns[index]!;
      const latest = new Float64Array(this.times[index]!.writes.length);
      const reads = new Float64Array(this.times[index]!.reads.length);
      let [read, written, next] = [reads.length, latest.length, Infinity];
      for (let done = this.images * turns.length - 1; done >= 0; done -= 1) {
        const turn = turns[done % turns.length]!;
        let start = next - turn.cycles;
        if (turn.writes) {
          start = Math.min(start, needed[--written]! - 1);
          latest[written] = start;
        }
        if (turn.reads) reads[--read] = start;
        next = start;
      }
      all.push(latest);
      needed = reads;
    }
    return all.reverse();
  }
}
