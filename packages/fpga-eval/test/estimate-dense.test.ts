import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type DenseOptions, estimateDense } from "@cnntargz/fpga-eval";

const BASE: DenseOptions = {
  nIn: 4,
  nOut: 3,
  inputType: "ap_fixed<16,6>",
  weightType: "ap_fixed<16,6>",
  biasType: "ap_fixed<16,6>",
  reuseFactor: 1,
  strategy: "latency",
};

/** The law in its own words, for operands of eight bits or more. */
function dspLaw(weights: readonly (readonly number[])[], reuseFactor: number): number {
  const fewestPowers = (value: number): number => {
    if (value === 0) return 0;
    if (value % 2 === 0) return fewestPowers(value / 2);
    if (value === 1) return 1;
    return 1 + Math.min(fewestPowers((value - 1) / 2), fewestPowers((value + 1) / 2));
  };
  let products = 0;
  let zeros = 0;
  let count = 0;
  for (const row of weights) {
    products += new Set(row.filter((w) => fewestPowers(Math.abs(w)) >= 3)).size;
    zeros += row.filter((w) => w === 0).length;
    count += row.length;
  }
  return Math.min(products, Math.ceil(count / reuseFactor) - Math.floor(zeros / reuseFactor));
}

describe("estimateDense with weights", () => {
  const weights = [
    [11, 13, -11],
    [11, 11, 0],
    [7, -8, 100],
    [0, 0, 0],
  ];

  it("counts DSP blocks by the law", () => {
    // 11, 13, -11; 11 once; 100 = 64 + 32 + 4.
    expect(dspLaw(weights, 1)).toBe(5);
    expect(estimateDense({ ...BASE, weights }).dsp).toBe(5);
    // ceil(12 / 4) - floor(4 / 4)
    expect(dspLaw(weights, 4)).toBe(2);
    expect(estimateDense({ ...BASE, weights, reuseFactor: 4 }).dsp).toBe(2);
  });

  it("agrees with the law on random layers", () => {
    let state = 7;
    const draw = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let trial = 0; trial < 50; trial++) {
      const nIn = 1 + draw(12);
      const nOut = 1 + draw(12);
      const bits = 8 + draw(9);
      const reuseFactor = 1 + draw(nIn * nOut);
      const drawn = Array.from({ length: nIn }, () =>
        Array.from({ length: nOut }, () => (draw(4) === 0 ? 0 : draw(2 ** bits) - 2 ** (bits - 1))),
      );
      const weightType = `ap_fixed<${bits},1>`;
      const options = { ...BASE, nIn, nOut, weightType, reuseFactor, weights: drawn };
      expect(estimateDense(options).dsp).toBe(dspLaw(drawn, reuseFactor));
    }
  });

  it("takes flat or nested weights, in units of the last place or real", () => {
    const nested = estimateDense({ ...BASE, weights });
    expect(estimateDense({ ...BASE, weights: weights.flat() })).toEqual(nested);
    expect(estimateDense({ ...BASE, weights: Int32Array.from(weights.flat()) })).toEqual(nested);
    const real = weights.flat().map((weight) => weight / 1024);
    expect(estimateDense({ ...BASE, weights: real })).toEqual(nested);
    // A power of two is wiring: whole numbers may be either.
    const doubled = weights.flat().map((weight) => weight * 2);
    expect(estimateDense({ ...BASE, weights: doubled })).toEqual(nested);
  });

  it("needs no DSP for weights of four bits, whatever they are", () => {
    const all = Array.from({ length: 16 }, (_, i) => i - 8);
    const options = { ...BASE, nIn: 1, nOut: 16, weightType: "ap_fixed<4,1>", weights: all };
    for (const strategy of ["latency", "resource"] as const) {
      expect(estimateDense({ ...options, strategy }).dsp).toBe(0);
      expect(estimateDense({ ...options, strategy, reuseFactor: 2 }).dsp).toBe(0);
    }
  });

  it("bounds what narrow operands may need", () => {
    const six = {
      ...BASE,
      weightType: "ap_fixed<6,1>",
      weights: weights.flat().map((w) => w % 32),
    };
    const narrow = estimateDense({ ...six, inputType: "ap_fixed<6,1>" });
    // 11, 13, -11; 11 once; 100 has become 4.
    expect(narrow.dsp).toBe(0);
    expect(narrow.band.dsp).toEqual([0, 4]);
    // The law counts 11 and 13; Vivado HLS leaves them in LUTs.
    expect(estimateDense({ ...BASE, weights }).band.dsp).toEqual([2, 5]);
    expect(estimateDense({ ...BASE, weights, reuseFactor: 6 }).band.dsp).toEqual([2, 2]);
  });

  it("does the same where weights come from memory", () => {
    const shared = { ...BASE, strategy: "resource", reuseFactor: 4, nOut: 4 } as const;
    const types = (input: number, weight: number) => ({
      ...shared,
      inputType: `ap_fixed<${input},1>`,
      weightType: `ap_fixed<${weight},1>`,
    });
    const dsp = (input: number, weight: number) => {
      const estimate = estimateDense(types(input, weight));
      return [estimate.dsp, ...estimate.band.dsp];
    };
    expect(dsp(16, 4)).toEqual([0, 0, 0]);
    expect(dsp(16, 8)).toEqual([4, 4, 4]);
    expect(dsp(6, 8)).toEqual([0, 0, 4]);
    expect(dsp(4, 8)).toEqual([0, 0, 0]);
    // The last multiplier's weights fit four bits: it needs no DSP.
    const weights = Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 3 : 25));
    expect(estimateDense({ ...types(16, 6), weights }).dsp).toBe(3);
  });

  it("leaves nothing but the bias additions of zeros", () => {
    const none = estimateDense({ ...BASE, weights: weights.flat().map(() => 0) });
    expect(none.dsp).toBe(0);
    expect(none.lut).toBe(0);
  });

  it("takes three DSP blocks for a product of 32 bits kept in 32", () => {
    const wide = { ...BASE, inputType: "ap_fixed<32,16>", weightType: "ap_fixed<32,16>" };
    const values = Array.from({ length: 12 }, (_, i) => 0x1234567 + 12345 * i);
    const one = estimateDense({
      ...BASE,
      weights: Array.from({ length: 12 }, (_, i) => 21 + 64 * i),
    });
    const three = estimateDense({ ...wide, weights: values });
    expect(one.dsp).toBe(12);
    expect(three.dsp).toBe(36);
    expect(three.ff).toBeGreaterThan(2 * one.ff);
  });
});

describe("estimateDense", () => {
  it("takes types as text or objects and strategies in hls4ml's spelling", () => {
    const text = estimateDense({ ...BASE, nIn: 32, nOut: 32, strategy: "Resource" });
    const type = {
      signed: true,
      width: 16,
      integer: 6,
      rounding: "TRN",
      overflow: "WRAP",
    } as const;
    const options = {
      ...BASE,
      inputType: type,
      weightType: type,
      biasType: type,
      nIn: 32,
      nOut: 32,
    };
    expect(estimateDense({ ...options, strategy: "resource" })).toEqual(text);
  });

  it("prices the legal reuse factor nearest to the requested, as hls4ml does", () => {
    const at = (reuseFactor: number) =>
      estimateDense({ ...BASE, nIn: 48, nOut: 10, strategy: "resource", reuseFactor });
    expect(at(5).reuseFactor).toBe(4);
    expect(at(100)).toEqual(at(96));
    expect(at(10_000).reuseFactor).toBe(480);
    expect(at(480).dsp).toBe(1);
  });

  it("widens the band away from the reports it was fitted to", () => {
    const options = { ...BASE, nIn: 32, nOut: 32, weightType: "ap_fixed<8,1>" } as const;
    const width = (band: readonly [number, number]) => band[1] / band[0];
    const reported = estimateDense(options).band;
    const elsewhere = estimateDense({ ...options, backend: "vitis", clockPeriodNs: 2 }).band;
    expect(width(elsewhere.lut)).toBeGreaterThan(width(reported.lut));
    expect(width(elsewhere.ff)).toBeGreaterThan(width(reported.ff));
    const otherSize = estimateDense({ ...options, nIn: 33 }).band;
    expect(width(otherSize.lut)).toBeGreaterThan(width(reported.lut));
  });

  it("says what is wrong with its input and what to do", () => {
    const bad = (change: Partial<Record<keyof DenseOptions, unknown>>) => () =>
      estimateDense({ ...BASE, ...change } as DenseOptions);
    expect(bad({ nIn: 0 })).toThrow(/nIn is 0: give a whole number/);
    expect(bad({ reuseFactor: 1.5 })).toThrow(/reuseFactor is 1.5/);
    expect(bad({ strategy: "unrolled" })).toThrow(/"unrolled".*"latency" and "resource"/);
    expect(bad({ weightType: "float" })).toThrow(/"float" is not a fixed-point type/);
    expect(bad({ reuseFactor: 13 })).toThrow(/reuseFactor is 13, nIn x nOut is 4 x 3/);
    expect(bad({ weights: [1, 2] })).toThrow(/2 values, nIn x nOut is 4 x 3; give 12/);
    expect(bad({ weights: Array(12).fill(40_000) })).toThrow(/weights\[0\] is 40000/);
    expect(bad({ weights: Array(12).fill(0.1) })).toThrow(/weights\[0\] is 0.1.*multiples of/);
    expect(bad({ clockPeriodNs: 0 })).toThrow(/clockPeriodNs is 0/);
  });
});

describe("estimateDense on the dense reports, weights unknown", () => {
  const [header, ...lines] = readFileSync(
    new URL("../data/wa_hls4ml_dense_1layer_csynth.csv", import.meta.url),
    "utf8",
  )
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const reports = lines.map((cells) => {
    const cell = (name: string) => cells[header!.indexOf(name)]!;
    const weightType = `ap_fixed<${cell("prec")},1>`;
    const estimate = estimateDense({
      nIn: Number(cell("d_in")),
      nOut: Number(cell("d_out")),
      inputType: "ap_fixed<16,6>",
      weightType,
      biasType: weightType,
      reuseFactor: Number(cell("rf")),
      strategy: cell("strategy") as "latency" | "resource",
    });
    const number = (name: string) => Number(cell(name));
    return { number, estimate, strategy: cell("strategy"), weightBits: number("prec") };
  });
  const share = (values: readonly boolean[]) => values.filter(Boolean).length / values.length;

  it("counts DSP blocks exactly where multipliers are shared", () => {
    const shared = reports.filter(({ number }) => number("rf") > 1);
    const exact = (rows: typeof reports) =>
      share(rows.map(({ number, estimate }) => number("DSP_hls") === estimate.dsp));
    expect(exact(shared)).toBe(1);
  });

  it("expects DSP blocks within the band where they are not", () => {
    const unrolled = reports.filter(({ number }) => number("rf") === 1 && number("DSP_hls") > 0);
    expect(unrolled.length).toBeGreaterThan(20);
    const covered = share(
      unrolled.map(({ number, estimate }) => {
        const [low, high] = estimate.band.dsp;
        return low <= number("DSP_hls") && number("DSP_hls") <= high;
      }),
    );
    // Some twenty reports, many of the same weights: their share is no better known than this.
    expect(covered).toBeGreaterThan(0.8);
  });

  it("has latency and interval", () => {
    for (const { number, estimate } of reports) {
      const cycles = number("BestLatency_hls");
      const off = Math.abs(estimate.latencyCycles - cycles);
      expect(off).toBeLessThanOrEqual(Math.max(2, 0.05 * cycles));
      const interval = Math.abs(estimate.initiationInterval - number("IntervalMin_hls"));
      expect(interval).toBeLessThanOrEqual(Math.max(2, 0.05 * number("IntervalMin_hls")));
    }
  });

  it("has block RAM on 95 % and is one or two off elsewhere", () => {
    const off = reports.map(({ number, estimate }) =>
      Math.abs(estimate.bram18 - number("BRAM_18K_hls")),
    );
    expect(share(off.map((blocks) => blocks === 0))).toBeGreaterThan(0.95);
    expect(Math.max(...off)).toBeLessThanOrEqual(2);
  });

  it("holds nine of ten reports in its bands", () => {
    for (const [kind, column] of [
      ["lut", "LUT_hls"],
      ["ff", "FF_hls"],
    ] as const) {
      const covered = share(
        reports.map(({ number, estimate }) => {
          const [low, high] = estimate.band[kind];
          return low <= number(column) && number(column) <= high;
        }),
      );
      expect(covered).toBeGreaterThan(0.85);
      expect(covered).toBeLessThan(0.95);
    }
  });
});
