import { DatasetInfo, parseContract } from "@cnntargz/contracts";
import { datasetDigest, datasetInfo } from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

import { make } from "./events.js";

describe("datasetInfo", () => {
  it("honours its contract and counts the muons", () => {
    const dataset = make({ events: 30 });
    const info = parseContract(DatasetInfo, datasetInfo(dataset), "info");
    expect(info.muons).toBe(dataset.isMuon.filter((flag) => flag === 1).length);
    expect(info.events).toBe(30);
  });
});

describe("datasetDigest", () => {
  it("changes with any element of any array and with nothing else", () => {
    const dataset = make({ events: 6 });
    const digest = datasetDigest(dataset);
    expect(datasetDigest(make({ events: 6 }))).toBe(digest);
    for (const field of [
      "images",
      "window",
      "pixels",
      "labels",
      "isMuon",
      "charge",
      "x0",
      "bendScale",
      "layersHit",
    ] as const) {
      const copy = dataset[field].slice();
      copy[copy.length - 1] = copy[copy.length - 1] === 1 ? 0 : 1;
      expect(datasetDigest({ ...dataset, [field]: copy }), field).not.toBe(digest);
    }
  });

  it("is the same on every machine", () => {
    // Guards the whole generator: a change here makes every stored dataset another one.
    expect(datasetDigest(make({ events: 100 }, 42))).toBe(
      "f72bf51e52b43331c47b95de4ed03fba6979f5574289011c89d8eb5231a9f8f8",
    );
  });
});
