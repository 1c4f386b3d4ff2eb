import type { HlsPlanLayer } from "@cnntargz/contracts";

/** A layer with a stream of its own. */
export type StreamingLayer = Exclude<HlsPlanLayer, { kind: "flatten" }>;

/** One turn of a layer's loop. */
interface Turn {
  /** Whether it reads an element of the input stream. */
  readonly reads: boolean;
  /** Whether it writes an element of the output stream. */
  readonly writes: boolean;
  /** Clock cycles until the next turn may begin. */
  readonly cycles: number;
}

const NO_PADS = { top: 0, bottom: 0, left: 0, right: 0 } as const;

/** Turns of a loop over the image with its zeros, row by row. */
function windowTurns(layer: Extract<StreamingLayer, { strides: unknown }>): Turn[] {
  const [height, width] = layer.inputShape;
  const { top, bottom, left, right } = layer.kind === "conv2d" ? layer.pads : NO_PADS;
  const [windowHeight, windowWidth] = layer.kind === "conv2d" ? layer.kernelSize : layer.poolSize;
  const [down, across] = layer.strides;
  // A kernel that shares multipliers works on one window at a time, the others are pipelines.
  const waits = layer.kind === "conv2d" && layer.strategy === "resource";
  const turns: Turn[] = [];
  for (let row = 0; row < top + height + bottom; row += 1) {
    for (let column = 0; column < left + width + right; column += 1) {
      const isInside = row >= top && row < top + height && column >= left && column < left + width;
      const y = row + 1 - windowHeight;
      const x = column + 1 - windowWidth;
      const writes = y >= 0 && y % down === 0 && x >= 0 && x % across === 0;
      const cycles = waits && !writes ? 1 : layer.initiationInterval;
      turns.push({ reads: isInside, writes, cycles });
    }
  }
  return turns;
}

function padTurns({ inputShape, pads }: Extract<StreamingLayer, { kind: "zeroPad2d" }>): Turn[] {
  const [height, width] = inputShape;
  const { top, bottom, left, right } = pads;
  const rows = top + height + bottom;
  const columns = left + width + right;
  return Array.from({ length: rows * columns }, (_, turn) => {
    const row = Math.floor(turn / columns);
    const column = turn % columns;
    const reads = row >= top && row < top + height && column >= left && column < left + width;
    return { reads, writes: true, cycles: 1 };
  });
}

/** The turns of a layer's loop for one image, of which `elements` pixels arrive. */
function turnsOf(layer: StreamingLayer, elements: number): Turn[] {
  switch (layer.kind) {
    case "conv2d":
    case "maxPool2d":
    case "averagePool2d":
      return windowTurns(layer);
    case "zeroPad2d":
      return padTurns(layer);
    case "dense":
      // One turn per element gathered, the last of which also multiplies.
      return Array.from({ length: elements }, (_, element) => {
        const isLast = element === elements - 1;
        return { reads: true, writes: isLast, cycles: isLast ? layer.initiationInterval : 1 };
      });
    case "activation":
    case "scale":
      return Array.from({ length: elements }, () => ({ reads: true, writes: true, cycles: 1 }));
  }
}

const pixelsOf = ([height, width]: readonly [number, number, number]): number => height * width;

/** What a chain of layers does, cycle by cycle. */
export interface StreamSchedule {
  /** Cycle in which each image's last element leaves, counted from the first image's first. */
  readonly finished: readonly number[];
}

/** A layer on its way through the images. */
interface Runner {
  readonly turns: readonly Turn[];
  /** Turns done, over all images. */
  done: number;
  /** When the next turn may begin. */
  ready: number;
  /** When each element was read from the input stream. */
  readonly reads: number[];
  /** When each element was written to the output stream. */
  readonly writes: number[];
}

/**
 * Run `images` images back to back through a chain of streaming layers, one element offered to the
 * first per clock, with streams of the given depths: a layer waits where its input is empty or its
 * output full. An element can be read in the cycle after it was written, and its place filled again
 * in the cycle after it was read. Pipelines count as one cycle deep: their real depth shifts what
 * follows, but not how fast elements come and go.
 *
 * @param depths places in each layer's output stream; the last one's is never full
 */
export function scheduleStreams(
  layers: readonly StreamingLayer[],
  depths: readonly number[],
  images: number,
): StreamSchedule {
  const runners = layers.map((layer, index): Runner => {
    // A flatten has no stream: a dense layer behind one still reads the image pixel by pixel.
    const turns = turnsOf(layer, pixelsOf(layers[index - 1]?.outputShape ?? layer.inputShape));
    return { turns, done: 0, ready: 0, reads: [], writes: [] };
  });
  /** Do a layer's next turn; false where it must wait for another layer to get further. */
  const step = (index: number): boolean => {
    const runner = runners[index]!;
    const turn = runner.turns[runner.done % runner.turns.length]!;
    let start = runner.ready;
    if (turn.reads && index > 0) {
      const written = runners[index - 1]!.writes[runner.reads.length];
      if (written === undefined) return false;
      start = Math.max(start, written + 1);
    }
    if (turn.writes && index < runners.length - 1) {
      const blocking = runner.writes.length - depths[index]!;
      if (blocking >= 0) {
        const freed = runners[index + 1]!.reads[blocking];
        if (freed === undefined) return false;
        start = Math.max(start, freed + 1);
      }
    }
    if (turn.reads) runner.reads.push(start);
    if (turn.writes) runner.writes.push(start);
    runner.ready = start + turn.cycles;
    runner.done += 1;
    return true;
  };
  let moved = true;
  while (moved) {
    moved = false;
    for (const [index, runner] of runners.entries()) {
      while (runner.done < images * runner.turns.length && step(index)) moved = true;
    }
  }
  const last = runners.at(-1)!.writes;
  const perImage = last.length / images;
  return { finished: Array.from({ length: images }, (_, i) => last[(i + 1) * perImage - 1]!) };
}
