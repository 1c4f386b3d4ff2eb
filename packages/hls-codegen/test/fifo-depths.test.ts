import type { HlsPlanLayer, IntegerNetwork } from "@cnntargz/contracts";
import { planHls } from "@cnntargz/hls-codegen";
import { randomNetwork } from "@cnntargz/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { conv, dense, flatten, network, studentNetwork } from "./networks.js";

/** A simulation of its own, cycle by cycle: every layer does at most one turn of its loop per cycle. */
function simulate(layers: readonly HlsPlanLayer[], depthOf: (layer: HlsPlanLayer) => number) {
  const chain = layers.filter((layer) => layer.kind !== "flatten");
  const fifos = chain.map((layer) => ({ depth: depthOf(layer), held: 0, most: 0 }));
  const images = 4;
  const states = chain.map((layer) => ({ layer, turn: 0, image: 0, busyUntil: 0 }));
  const finished: number[] = [];
  for (let cycle = 0; finished.length < images; cycle += 1) {
    if (cycle > 1_000_000) throw new Error("the layers wait for each other");
    const before = fifos.map(({ held }) => held);
    const freed = fifos.map(() => 0);
    const filled = fifos.map(() => 0);
    states.forEach((state, i) => {
      const { layer } = state;
      if (state.image === images || cycle < state.busyUntil) return;
      const turns = turnsOf(layer, chain[i - 1]?.outputShape);
      const { reads, writes, cycles } = turns[state.turn]!;
      const isLast = i === chain.length - 1;
      if (reads && i > 0 && before[i - 1] === 0) return;
      if (writes && !isLast && before[i]! >= fifos[i]!.depth) return;
      if (reads && i > 0) freed[i - 1]! += 1;
      if (writes && !isLast) filled[i]! += 1;
      state.busyUntil = cycle + cycles;
      state.turn += 1;
      if (state.turn === turns.length) {
        state.turn = 0;
        state.image += 1;
        if (isLast) finished.push(cycle);
      }
    });
    fifos.forEach((fifo, i) => {
      fifo.held += filled[i]! - freed[i]!;
      fifo.most = Math.max(fifo.most, fifo.held);
    });
  }
  return { finished, most: fifos.map(({ most }) => most) };
}

interface Turn {
  reads: boolean;
  writes: boolean;
  cycles: number;
}

/** The loop of a layer, as its C++ has it; a flatten before it leaves the pixels what they were. */
function turnsOf(layer: HlsPlanLayer, [height, width] = layer.inputShape): Turn[] {
  if (layer.kind === "dense") {
    const last = height * width - 1;
    return Array.from({ length: last + 1 }, (_, i) => ({
      reads: true,
      writes: i === last,
      cycles: i === last ? layer.reuseFactor : 1,
    }));
  }
  if (!("strides" in layer)) throw new Error(layer.kind);
  const [rows, columns] = layer.kind === "conv2d" ? layer.kernelSize : layer.poolSize;
  const pads = layer.kind === "conv2d" ? layer.pads : { top: 0, bottom: 0, left: 0, right: 0 };
  const turns: Turn[] = [];
  for (let y = -pads.top; y < height + pads.bottom; y += 1) {
    for (let x = -pads.left; x < width + pads.right; x += 1) {
      const reads = y >= 0 && y < height && x >= 0 && x < width;
      const [top, left] = [y + pads.top - rows + 1, x + pads.left - columns + 1];
      const writes =
        top >= 0 && left >= 0 && top % layer.strides[0] === 0 && left % layer.strides[1] === 0;
      const shares = layer.kind === "conv2d" && layer.strategy === "resource" && !writes;
      turns.push({ reads, writes, cycles: shares ? 1 : layer.initiationInterval });
    }
  }
  return turns;
}

const isStreaming = ({ kind }: HlsPlanLayer): boolean => kind !== "flatten";

/** Images leave at the same cycles as with streams that hold an image, and no stream could be shallower. */
function expectShallowest(net: IntegerNetwork, config: Parameters<typeof planHls>[1] = {}): void {
  const { layers } = planHls(net, config);
  const whole = planHls(net, { ...config, fifoDepth: "image" }).layers;
  const wanted = simulate(whole, ({ output }) => Math.max(output.depth, 2));
  const got = simulate(layers, ({ output }) => output.depth);
  expect(got.finished).toEqual(wanted.finished);
  const streams = layers.filter(isStreaming).slice(0, -1);
  for (const shrunk of streams) {
    if (shrunk.output.depth === 2) continue;
    const less = simulate(layers, (layer) => layer.output.depth - Number(layer === shrunk));
    expect(less.finished, shrunk.name).not.toEqual(wanted.finished);
  }
}

describe("streams are as shallow as they can be without costing a cycle", () => {
  test("the Student: two places everywhere, where hls4ml has 98, 60, 30 and 8", () => {
    expectShallowest(studentNetwork());
    const depths = planHls(studentNetwork()).layers.map(({ output }) => output.depth);
    expect(depths).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
  });

  test("a layer that gives in bursts to a slow one needs a deeper stream", () => {
    // A convolution of stride 2 before one with padding, both with two cycles per pixel.
    const bursts = randomNetwork(130, { imageLayers: 4, imageSize: 9 });
    const convs = bursts.layers.filter(({ kind }) => kind === "conv2d");
    const layers = Object.fromEntries(convs.map(({ name }) => [name, { reuseFactor: 2 }]));
    expectShallowest(bursts, { layers });
    const [first] = planHls(bursts, { layers }).layers;
    expect([first!.outputShape, first!.output.depth]).toEqual([[4, 7, 2], 8]);
  });

  test.each([
    // A kernel that shares multipliers waits only where its window is whole: every other pixel of every
    // other row here, so that a row's pixels come in faster than they are taken.
    ["resource", 1, 4, 7],
    ["resource", 2, 4, 2],
    ["resource", 1, 2, 3],
    // A pipeline takes as long for each pixel.
    ["latency", 2, 4, 4],
  ] as const)(
    "before a convolution of strategy %s: intervals %i and %i, %i places",
    (strategy, first, second, depth) => {
      const net = network("two", [
        conv("fast", [6, 6, 1], [2, 2], 1),
        conv("slow", [5, 5, 1], [2, 2], 1, [2, 2]),
        flatten([2, 2, 1]),
        dense("output", 4, 1, true),
      ]);
      const layers = {
        fast: { reuseFactor: first },
        slow: { strategy, reuseFactor: second },
      };
      expectShallowest(net, { layers });
      expect(planHls(net, { layers }).layers[0]!.output.depth).toBe(depth);
    },
  );

  test("before a dense layer that multiplies for longer than an image lasts", () => {
    const net = network("one", [
      conv("fast", [4, 4, 1], [2, 2], 1),
      flatten([3, 3, 1]),
      dense("output", 9, 8, true),
    ]);
    const layers = { output: { strategy: "resource", reuseFactor: 72 } } as const;
    expectShallowest(net, { layers });
    // It reads a pixel per cycle, and there is one less in between rows.
    expect(planHls(net, { layers }).layers[0]!.output.depth).toBe(3);
  });

  test("5,000 layers, in time that grows with their number", () => {
    // Were all of them scheduled again for each stream, this would take an hour.
    const pads = { top: 1, bottom: 1, left: 1, right: 1 };
    const layers = Array.from({ length: 5000 }, (_, i) =>
      conv(`conv${i}`, [4, 4, 1], [3, 3], 1, [1, 1], pads),
    );
    const plan = planHls(network("deep", layers));
    const depths = plan.layers.slice(0, -1).map(({ output }) => output.depth);
    expect(depths).toHaveLength(4999);
    expect(Math.max(...depths)).toBeLessThan(16);
  });

  test("random networks, with padding, strides, pools and shared multipliers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 3 }),
        (seed, rf) => {
          const net = randomNetwork(seed);
          const shared = net.layers.filter(
            (layer) => layer.kind === "conv2d" && layer.weights.values.length >= rf,
          );
          const layers = Object.fromEntries(shared.map(({ name }) => [name, { reuseFactor: rf }]));
          expectShallowest(net, { layers });
        },
      ),
      { numRuns: 40 },
    );
  });
});
