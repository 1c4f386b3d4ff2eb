import {
  EventSample,
  parseContract,
  type Predictions,
  type SampleReason,
} from "@cnntargz/contracts";
import { generateDataset } from "@cnntargz/dataset";
import { createRng } from "@cnntargz/stage-kit";
import { describe, expect, it } from "vitest";

import { sampleEvents } from "../src/stages/sample-events.js";

const dataset = generateDataset({ events: 4000, seed: 5 }, { rng: createRng([5, 0]) });
const range = { start: 1000, count: 3000 };

/** A model that is right but for every tenth event, which it takes for the opposite. */
function predictions(model: string): Predictions {
  const values = new Float32Array(2 * range.count);
  for (let row = 0; row < range.count; row++) {
    const truth = dataset.labels[2 * (range.start + row)]!;
    values[2 * row] = row % 10 === 0 ? 20 - truth : truth;
    values[2 * row + 1] = 0.5;
  }
  const tensor = { dtype: "float32" as const, shape: [range.count, 2] };
  return {
    kind: "predictions",
    schemaVersion: 1,
    model,
    predicted: { ...tensor, values },
    truth: { ...tensor, values: dataset.labels.slice(2 * range.start) },
  };
}
const both = [predictions("a"), predictions("b")];
const sample = (key: number) => sampleEvents(dataset, range, both, 1, 10, createRng([key, 0]));

describe("sampleEvents", () => {
  const { events, ...rest } = sample(1);

  it("draws muons, background and both kinds of mistake", () => {
    expect(() => parseContract(EventSample, { events, ...rest }, "sample")).not.toThrow();
    const of = (wanted: SampleReason) => events.filter(({ reason }) => reason === wanted);
    expect(of("random muon")).toHaveLength(120);
    expect(of("random background")).toHaveLength(60);
    expect(of("missed muon")).toHaveLength(30);
    expect(of("fake")).toHaveLength(30);
    for (const { truth, predictions } of of("missed muon")) {
      expect(truth!.ptGeV).toBeGreaterThanOrEqual(15);
      expect(predictions[1]!.ptGeV).toBeLessThan(10);
    }
    for (const { truth, predictions } of of("fake")) {
      expect(truth).toBeNull();
      expect(predictions[1]!.ptGeV).toBeGreaterThanOrEqual(10);
    }
  });

  it("shows what the dataset holds", () => {
    for (const { event, hits, windowStart, pixels, truth } of events) {
      expect(event).toBeGreaterThanOrEqual(range.start);
      const packed = dataset.images.subarray(432 * event, 432 * (event + 1));
      const set = Array.from({ length: 3456 }, (_, bit) => bit).filter(
        (bit) => (packed[bit >> 3]! >> (7 - (bit & 7))) & 1,
      );
      expect(hits).toEqual(set);
      expect(windowStart).toBe(32 * dataset.window[event]!);
      expect(pixels).toBe(dataset.pixels.subarray(144 * event, 144 * (event + 1)).join(""));
      expect(truth?.charge ?? 0).toBe(dataset.charge[event]);
    }
  });

  it("draws the same events from the same key, each once, others from another", () => {
    expect(sample(1)).toEqual({ events, ...rest });
    const random = events.filter(({ reason }) => reason === "random muon");
    expect(new Set(random.map(({ event }) => event)).size).toBe(120);
    const other = sample(2).events.map(({ event }) => event);
    expect(other).not.toEqual(events.map(({ event }) => event));
  });

  it("takes what there is of a small set", () => {
    const few = sampleEvents(dataset, { start: 0, count: 4 }, both, 0, 10, createRng([1, 0]));
    expect(few.events.length).toBeLessThanOrEqual(8);
  });
});
