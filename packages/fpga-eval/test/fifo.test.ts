import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { fifoBram18, fifoResources } from "@cnntargz/fpga-eval";

const rows = readFileSync(new URL("fixtures/hls_fifo_resources.csv", import.meta.url), "utf8")
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => {
    const [tool, , ...numbers] = line.split(",");
    const [depth, bits, bram18, ff] = numbers.map(Number);
    return { tool: tool!, depth: depth!, bits: bits!, bram18: bram18!, ff: ff! };
  });

describe("fifoBram18", () => {
  it("is exact on 92 of 94 reports; these are the others", () => {
    const wrong = rows.filter(({ depth, bits, bram18 }) => fifoBram18(depth, bits) !== bram18);
    expect(rows).toHaveLength(94);
    expect(
      wrong.map(({ depth, bits, bram18 }) => `${depth} x ${bits}: ${bram18}`).toSorted(),
    ).toEqual(["128 x 256: 8", "3969 x 23: 6"]);
  });

  it("changes kind at 512 bits", () => {
    expect(fifoBram18(128, 4)).toBe(0);
    expect(fifoBram18(129, 4)).toBe(1);
  });
});

describe("fifoResources", () => {
  it("gives the flip-flops of shallow Vitis FIFOs to a bit", () => {
    const shallow = rows.filter(
      ({ tool, bram18, depth }) => tool >= "2023" && bram18 === 0 && depth <= 2,
    );
    expect(shallow.length).toBeGreaterThan(8);
    for (const { depth, bits, ff } of shallow) {
      expect(Math.abs(fifoResources(depth, bits, 1, "vitis").ff - ff)).toBeLessThanOrEqual(1);
    }
  });

  it("splits an element into its channels for Vivado", () => {
    // 30 x 24 bits: one FIFO of 720 bits, or six of 120.
    expect(fifoResources(30, 24, 6, "vitis").bram18).toBe(2);
    expect(fifoResources(30, 24, 6, "vivado").bram18).toBe(0);
  });
});
