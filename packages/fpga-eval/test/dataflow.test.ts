import type { HlsPlanLayer } from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

import { streamingTiming } from "../src/dataflow.js";
import { studentDesign } from "./student.js";

/** A pooling layer: the shapes and strides that timing looks at, everything else empty. */
function windowLayer(
  [height, width]: readonly [number, number],
  window: number,
  stride: number,
): HlsPlanLayer {
  const type = { signed: false, width: 1, integer: 1, rounding: "TRN", overflow: "WRAP" } as const;
  const out = (size: number) => Math.floor((size - window) / stride) + 1;
  return {
    kind: "maxPool2d",
    index: 2,
    name: "pool",
    identifier: "pool",
    resultOf: "pool",
    inputShape: [height, width, 1],
    outputShape: [out(height), out(width), 1],
    inputType: type,
    resultType: type,
    output: { name: "o", depth: 1, widthBits: 1 },
    initiationInterval: 1,
    poolSize: [window, window],
    strides: [stride, stride],
    accumulatorType: null,
    lineBuffer: { rows: window - 1, length: width },
  };
}

describe("streamingTiming", () => {
  it("gives hls4ml's law of a lone layer: pixels + tail", () => {
    const timing = streamingTiming([windowLayer([32, 32], 3, 1)], [3]);
    expect(timing).toEqual({ latencyCycles: 1024 + 3, intervalCycles: 1024 + 3 + 1 });
  });

  it("ends with the last window, not with the last pixel", () => {
    // 5 x 5 pooled by 2: the last window is complete at pixel (3, 3), the 19th.
    expect(streamingTiming([windowLayer([5, 5], 2, 2)], [3]).latencyCycles).toBe(19 + 3);
  });

  it("overlaps layers, so that only tails are added", () => {
    const layers = [
      windowLayer([32, 32], 3, 1),
      windowLayer([30, 30], 1, 1),
      windowLayer([30, 30], 2, 2),
    ];
    expect(streamingTiming(layers, [4, 2, 3]).latencyCycles).toBe(1024 + 9);
  });

  it("gives the published streaming CNN's interval from its first layer", () => {
    // 32 x 32 -> conv 3x3 -> relu -> pool 2: reported interval 1028 with a first layer of 1027 cycles.
    const layers = [
      windowLayer([32, 32], 3, 1),
      windowLayer([30, 30], 1, 1),
      windowLayer([30, 30], 2, 2),
    ];
    expect(streamingTiming(layers, [3, 2, 3]).intervalCycles).toBe(1028);
  });

  it("lets a dense layer wait for its last element", () => {
    const { plan } = studentDesign(4);
    // Four convolutions, the flatten, three dense layers.
    const tails = [6, 6, 6, 7, 0, 7, 6, 5];
    const sum = tails.reduce((total, tail) => total + tail, 0);
    expect(streamingTiming(plan.layers, tails).latencyCycles).toBe(144 + sum);
  });

  it("walks padding at a cycle a pixel", () => {
    const { plan } = studentDesign(4);
    const first = plan.layers[0]!;
    if (first.kind !== "conv2d") throw new Error("the student begins with a convolution");
    const padded = { ...first, pads: { top: 1, bottom: 1, left: 1, right: 1 } };
    expect(streamingTiming([padded], [5]).intervalCycles).toBe(11 * 18 + 5 + 1);
  });

  it("lets activations and padding of their own overlap with the rest", () => {
    const pool = windowLayer([8, 8], 1, 1);
    const { inputType, resultType } = pool;
    const shared = { ...pool, inputType, resultType };
    const relu = { ...shared, kind: "activation", activation: "relu" } as const;
    expect(streamingTiming([pool, relu], [3, 2]).latencyCycles).toBe(64 + 3 + 2);
    const pads = { top: 1, bottom: 1, left: 1, right: 1 };
    const pad = { ...shared, kind: "zeroPad2d", pads, outputShape: [10, 10, 1] } as const;
    // The frame takes 100 positions; its first row and the column after it wait for no pixel.
    expect(streamingTiming([pad], [1]).latencyCycles).toBe(100 + 1);
    const wide = windowLayer([10, 10], 3, 1);
    expect(streamingTiming([pad, wide], [1, 3]).latencyCycles).toBe(100 + 1 + 3);
  });

  it("slows down to the slowest initiation interval", () => {
    const slow = { ...windowLayer([4, 4], 1, 1), initiationInterval: 3 };
    expect(streamingTiming([slow], [3]).latencyCycles).toBe(15 * 3 + 3 + 1);
  });
});
