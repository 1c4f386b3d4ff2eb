import { setImmediate } from "node:timers";

import { compileNetwork } from "@cnntargz/fixed-point";
import { randomImages, randomNetwork } from "@cnntargz/testkit";
import { describe, expect, it } from "vitest";

import { inBlocks, runInBlocks } from "../src/blocks.js";

describe("inBlocks", () => {
  it("lets the event loop run between blocks, so that it can be stopped there", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const seen: number[] = [];
    const work = inBlocks(1e9, { task: "count", signal: abort.signal }, ({ start, count }) => {
      seen.push(start, count);
      // Heard only when the loop runs.
      if (seen.length === 4)
        setImmediate(() => {
          abort.abort(reason);
        });
    });
    await expect(work).rejects.toBe(reason);
    expect(seen.slice(0, 4)).toEqual([0, 8192, 8192, 8192]);
  });

  it("ends with what is left, and tells how far it is", async () => {
    const sizes: number[] = [];
    const fractions: number[] = [];
    const context = {
      task: "count",
      onProgress: ({ fraction }: { fraction: number }) => fractions.push(fraction),
    };
    await inBlocks(10_000, context, ({ count }) => sizes.push(count));
    expect(sizes).toEqual([8192, 1808]);
    expect(fractions).toEqual([0, 0.8192, 1]);
  });
});

describe("runInBlocks", () => {
  it("gives what one call gives", async () => {
    const network = randomNetwork(3);
    const count = 9000;
    const images = randomImages(network, 1, count);
    const whole = compileNetwork(network).run(images, count);
    expect(await runInBlocks(network, images, count, { task: "run" })).toEqual(whole);
  });
});
