import type { HlsPlanLayer } from "@cnntargz/contracts";

/** A layer with a stream of its own. */
export type StreamingLayer = Exclude<HlsPlanLayer, { kind: "flatten" }>;

/** One turn of a layer's loop. */
export interface Turn {
  /** Whether it reads an element of the input stream. */
  readonly reads: boolean;
  /** Whether it writes an element of the output stream. */
  readonly writes: boolean;
  /** Clock cycles until the next turn may begin. */
  readonly cycles: number;
}

/** What elementwise layers do with every pixel. */
const PASS: Turn = { reads: true, writes: true, cycles: 1 };
const GATHER: Turn = { reads: true, writes: false, cycles: 1 };
const ZERO: Turn = { reads: false, writes: true, cycles: 1 };
const NO_PADS = { top: 0, bottom: 0, left: 0, right: 0 } as const;

/** Turns of a loop over the image with its zeros, row by row. */
function windowTurns(layer: Extract<StreamingLayer, { strides: unknown }>): Turn[] {
  const [height, width] = layer.inputShape;
  const { top, bottom, left, right } = layer.kind === "conv2d" ? layer.pads : NO_PADS;
  const [windowHeight, windowWidth] = layer.kind === "conv2d" ? layer.kernelSize : layer.poolSize;
  const [down, across] = layer.strides;
  // A kernel that shares multipliers works on one window at a time, the others are pipelines.
  const waits = layer.kind === "conv2d" && layer.strategy === "resource";
  const kinds = [false, true].map((reads) =>
    [false, true].map((writes): Turn => {
      const cycles = waits && !writes ? 1 : layer.initiationInterval;
      return { reads, writes, cycles };
    }),
  );
  const turns: Turn[] = [];
  for (let row = 0; row < top + height + bottom; row += 1) {
    for (let column = 0; column < left + width + right; column += 1) {
      const isInside = row >= top && row < top + height && column >= left && column < left + width;
      const y = row + 1 - windowHeight;
      const x = column + 1 - windowWidth;
      const writes = y >= 0 && y % down === 0 && x >= 0 && x % across === 0;
      // A large image has many turns, but few different ones.
      turns.push(kinds[Number(isInside)]![Number(writes)]!);
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
    return reads ? PASS : ZERO;
  });
}

/** The turns of a layer's loop for one image, of which `elements` pixels arrive. */
export function turnsOf(layer: StreamingLayer, elements: number): Turn[] {
  switch (layer.kind) {
    case "conv2d":
    case "maxPool2d":
    case "averagePool2d":
      return windowTurns(layer);
    case "zeroPad2d":
      return padTurns(layer);
    case "dense":
      // One turn per element gathered, the last of which also multiplies.
      return [
        ...Array<Turn>(elements - 1).fill(GATHER),
        { reads: true, writes: true, cycles: layer.initiationInterval },
      ];
    case "activation":
    case "scale":
      return Array<Turn>(elements).fill(PASS);
  }
}
