import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { estimateFifo, fifoBram18, fifoResources } from "@cnntargz/fpga-eval";

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
  it("is exact on 93 of 94 reports; this is the other", () => {
    const wrong = rows.filter(({ depth, bits, bram18 }) => fifoBram18(depth, bits) !== bram18);
    expect(rows).toHaveLength(94);
    expect(
      wrong.map(({ depth, bits, bram18 }) => `${depth} x ${bits}: ${bram18}`).toSorted(),
    ).toEqual(["128 x 256: 8"]);
  });

  it("takes the cheaper of two layouts beyond 1,024 elements, as reports outside the file do", () => {
    // Tiles of 4,096 x 9 bits in twos.
    expect(fifoBram18(3844, 6)).toBe(2);
    expect(fifoBram18(3136, 24)).toBe(6);
    expect(fifoBram18(3136, 41)).toBe(10);
    expect(fifoBram18(3969, 39)).toBe(10);
    // Two columns of 1,024 and a rest of 256 that is 36 bits wide: 6 + 2.
    expect(fifoBram18(2304, 39)).toBe(8);
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

describe("estimateFifo", () => {
  it("gives one FIFO's block RAM and flip-flops", () => {
    expect(estimateFifo({ depth: 961, bits: 16 })).toEqual({ lut: 0, ff: 56, bram18: 1 });
    expect(estimateFifo({ depth: 2, bits: 37, backend: "vitis" })).toEqual({
      lut: 0,
      ff: 132,
      bram18: 0,
    });
  });

  it("names the number that can not be", () => {
    expect(() => estimateFifo({ depth: 0, bits: 4 })).toThrow(/depth is 0: give a whole number/);
    expect(() => estimateFifo({ depth: 4, bits: 2.5 })).toThrow(/bits is 2.5/);
  });
});
