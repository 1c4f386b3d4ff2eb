import type { HlsPlanLayer } from "@cnntargz/contracts";

import type { FlowingPlanLayer } from "./read-plan.js";

/** When a streaming design gives its last output, and when it can take the next image. */
export interface DataflowTiming {
  readonly latencyCycles: number;
  /** Cycles between two images: the slowest layer's, which restarts when it has drained. */
  readonly intervalCycles: number;
}

/** Positions that a layer walks over, row by row, and which of them complete an output. */
interface Walk {
  readonly rows: number;
  readonly columns: number;
  /** Whether the position is a real input element rather than padding. */
  isInput(row: number, column: number): boolean;
  completes(row: number, column: number): boolean;
}

const NO_PADS = { top: 0, bottom: 0, left: 0, right: 0 } as const;

/** How `layer` walks over `elements` arriving elements. */
function walkOf(layer: FlowingPlanLayer, elements: number): Walk {
  if (layer.kind === "dense") {
    return {
      rows: 1,
      columns: elements,
      isInput: () => true,
      completes: (_, column) => column === elements - 1,
    };
  }
  const [height, width] = layer.inputShape;
  const { top, bottom, left, right } = "pads" in layer ? layer.pads : NO_PADS;
  const [windowHeight, windowWidth] = windowOf(layer);
  const [strideDown, strideRight] = "strides" in layer ? layer.strides : [1, 1];
  return {
    rows: height + top + bottom,
    columns: width + left + right,
    isInput: (row, column) =>
      row >= top && row < top + height && column >= left && column < left + width,
    completes: (row, column) => {
      const firstRow = row - (windowHeight - 1);
      const firstColumn = column - (windowWidth - 1);
      return (
        firstRow >= 0 &&
        firstRow % strideDown === 0 &&
        firstColumn >= 0 &&
        firstColumn % strideRight === 0
      );
    },
  };
}

/** Height and width of the window that one output needs. */
function windowOf(layer: FlowingPlanLayer): readonly [number, number] {
  if ("kernelSize" in layer) return layer.kernelSize;
  return "poolSize" in layer ? layer.poolSize : [1, 1];
}

/**
 * Cycles after which a layer takes its next element: its initiation interval, but for a dense layer,
 * which gathers one element per clock, and for a convolution that shares multipliers, which is not
 * pipelined over windows and works out one before it goes on.
 */
function cyclesPerElement(layer: FlowingPlanLayer, completes: boolean, tail: number): number {
  if (layer.kind === "dense") return 1;
  if (layer.kind === "conv2d" && layer.strategy === "resource" && layer.reuseFactor > 1) {
    return completes ? tail : 1;
  }
  return layer.initiationInterval;
}

/**
 * Follow one image through a streaming design, element by element. The first layer is offered an
 * element per clock; each layer takes one when it is there and the layer is ready, and gives an
 * output `tailCycles` after the element that completes a window. FIFOs never stall a writer.
 *
 * @param tailCycles cycles from completing element to output, by layer; flatten layers are aliases
 */
export function streamingTiming(
  layers: readonly HlsPlanLayer[],
  tailCycles: readonly number[],
): DataflowTiming {
  const [firstHeight, firstWidth] = layers[0]!.inputShape;
  let arrivals = Array.from({ length: firstHeight * firstWidth }, (_, element) => element);
  let intervalCycles = 1;
  for (const [index, layer] of layers.entries()) {
    if (layer.kind === "flatten") continue;
    const walk = walkOf(layer, arrivals.length);
    const tail = tailCycles[index]!;
    const outputs: number[] = [];
    let ready = 0;
    let busy = 0;
    let taken = 0;
    for (let row = 0; row < walk.rows; row++) {
      for (let column = 0; column < walk.columns; column++) {
        const arrival = walk.isInput(row, column) ? arrivals[taken++]! : 0;
        const start = Math.max(ready, arrival);
        const completes = walk.completes(row, column);
        if (completes) outputs.push(start + tail);
        const cycles = cyclesPerElement(layer, completes, tail);
        ready = start + cycles;
        busy += cycles;
      }
    }
    intervalCycles = Math.max(intervalCycles, busy + tail + 1);
    arrivals = outputs;
  }
  return { latencyCycles: arrivals.at(-1)! + 1, intervalCycles };
}
