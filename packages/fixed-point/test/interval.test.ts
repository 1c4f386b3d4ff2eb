import {
  addIntervals,
  castInteger,
  castInterval,
  castQuotient,
  castQuotientInterval,
  fitsType,
  fixedType,
  hullIntervals,
  type Interval,
  intervalOfType,
  multiplyIntervals,
  refineInterval,
  reluInterval,
  shiftInterval,
  typeOfInterval,
  weightedSumInterval,
} from "@cnntargz/fixed-point";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { anyInterval, anyType } from "./arbitraries.js";

const valuesOf = ({ min, max }: Interval): bigint[] =>
  Array.from({ length: Number(max - min) + 1 }, (_, i) => min + BigInt(i));
const least = (values: bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
const most = (values: bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));

describe("two intervals", () => {
  const pairs: [
    string,
    (a: Interval, b: Interval) => Interval,
    (a: bigint, b: bigint) => bigint,
    "aligned" | "as they are",
  ][] = [
    ["addIntervals", addIntervals, (a, b) => a + b, "aligned"],
    ["multiplyIntervals", multiplyIntervals, (a, b) => a * b, "as they are"],
  ];
  test.each(pairs)("%s gives the least and the largest over all pairs", (_, op, exact, units) => {
    fc.assert(
      fc.property(anyInterval(9), anyInterval(9), (a, b) => {
        const fraction = Math.max(a.fraction, b.fraction);
        const lift = (x: Interval): bigint =>
          units === "aligned" ? 1n << BigInt(fraction - x.fraction) : 1n;
        const all = valuesOf(a).flatMap((x) =>
          valuesOf(b).map((y) => exact(x * lift(a), y * lift(b))),
        );
        expect(op(a, b)).toEqual({
          min: least(all),
          max: most(all),
          fraction: units === "aligned" ? fraction : a.fraction + b.fraction,
        });
      }),
    );
  });

  test("hullIntervals holds both and no more", () => {
    const a = { min: -3n, max: 2n, fraction: 0 };
    const b = { min: 1n, max: 9n, fraction: 1 };
    expect(hullIntervals(a, b)).toEqual({ min: -6n, max: 9n, fraction: 1 });
    expect(hullIntervals(b, a)).toEqual(hullIntervals(a, b));
  });
});

test("reluInterval gives the ends over all values", () => {
  fc.assert(
    fc.property(anyInterval(9), (a) => {
      const all = valuesOf(a).map((x) => (x < 0n ? 0n : x));
      expect(reluInterval(a)).toEqual({ min: least(all), max: most(all), fraction: a.fraction });
    }),
  );
});

test("shiftInterval is a product with a power of two, without loss either way", () => {
  fc.assert(
    fc.property(anyInterval(9), fc.integer({ min: 0, max: 40 }), (a, bits) => {
      const factor = { min: 1n << BigInt(bits), max: 1n << BigInt(bits), fraction: 0 };
      const left = shiftInterval(a, bits);
      expect(refineInterval(left, a.fraction)).toEqual(multiplyIntervals(a, factor));
      expect(shiftInterval(left, -bits)).toEqual(a);
    }),
  );
});

test("refineInterval refuses to drop bits", () => {
  expect(() => refineInterval({ min: 1n, max: 3n, fraction: 2 }, 1)).toThrow(/castInterval/);
});

test("weightedSumInterval gives the least and the largest over all vectors", () => {
  const rows = fc.array(fc.tuple(anyInterval(2), fc.integer({ min: -8, max: 7 })), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(rows, anyInterval(3), fc.integer({ min: -1, max: 4 }), (row, bias, weightBits) => {
      const inputs = row.map(([input]) => input);
      const weights = row.map(([, weight]) => weight);
      const interval = weightedSumInterval(inputs, weights, weightBits, bias);
      const units = (fraction: number): bigint => 1n << BigInt(interval.fraction - fraction);
      let sums = valuesOf(bias).map((value) => value * units(bias.fraction));
      for (const [i, input] of inputs.entries()) {
        const unit = units(input.fraction + weightBits);
        const products = valuesOf(input).map((x) => BigInt(weights[i]!) * x * unit);
        sums = [...new Set(sums.flatMap((sum) => products.map((product) => sum + product)))];
      }
      expect([interval.min, interval.max]).toEqual([least(sums), most(sums)]);
    }),
  );
  expect(() => weightedSumInterval([], [1], 0, { min: 0n, max: 0n, fraction: 0 })).toThrow(
    /0 inputs and 1 weights/,
  );
});

describe("casts", () => {
  test("castInterval holds every cast value, and no more but under a wrap or AP_SAT_ZERO", () => {
    fc.assert(
      fc.property(anyType(6), anyInterval(80), (type, interval) => {
        const all = valuesOf(interval).map((x) => castInteger(x, interval.fraction, type));
        const cast = castInterval(interval, type);
        expect(cast.min <= least(all) && cast.max >= most(all)).toBe(true);
        if (type.overflow === "SAT" || type.overflow === "SAT_SYM" || fitsType(interval, type)) {
          expect([cast.min, cast.max]).toEqual([least(all), most(all)]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("castQuotientInterval holds every mean", () => {
    fc.assert(
      fc.property(anyType(6), anyInterval(60), fc.bigInt(1n, 9n), (type, interval, divisor) => {
        const all = valuesOf(interval).map((x) =>
          castQuotient(x, divisor, interval.fraction, type),
        );
        const cast = castQuotientInterval(interval, divisor, type);
        expect(cast.min <= least(all) && cast.max >= most(all)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("an interval that wraps as a whole stays one", () => {
    const interval = { min: 9n, max: 12n, fraction: 0 };
    expect(castInterval(interval, fixedType(false, 3, 3))).toEqual({
      min: 1n,
      max: 4n,
      fraction: 0,
    });
    expect(castInterval({ ...interval, max: 17n }, fixedType(false, 3, 3))).toEqual(
      intervalOfType(fixedType(false, 3, 3)),
    );
  });

  test("fitsType says whether a cast changes nothing", () => {
    fc.assert(
      fc.property(anyType(6), anyInterval(40), (type, interval) => {
        const unit = type.width - type.integer - interval.fraction;
        const unchanged = valuesOf(interval).every((x) => {
          const cast = castInteger(x, interval.fraction, type);
          return unit >= 0 ? cast === x << BigInt(unit) : cast << BigInt(-unit) === x;
        });
        if (fitsType(interval, type)) expect(unchanged).toBe(true);
        else if (interval.min < interval.max && unit >= 0) expect(unchanged).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("typeOfInterval", () => {
  test("is the smallest type that holds the interval", () => {
    fc.assert(
      fc.property(anyInterval(300), (interval) => {
        const type = typeOfInterval(interval);
        expect(fitsType(interval, type)).toBe(true);
        expect(type.signed).toBe(interval.min < 0n);
        expect(type.width - type.integer).toBe(interval.fraction);
        if (type.width > 1) {
          const { signed, width, integer } = type;
          expect(fitsType(interval, fixedType(signed, width - 1, integer - 1))).toBe(false);
        }
      }),
    );
  });

  test.each([
    [0n, 0n, 0, fixedType(false, 1, 1)],
    [0n, 15n, 4, fixedType(false, 4, 0)],
    [-8n, 7n, 3, fixedType(true, 4, 1)],
    [-1n, 0n, 0, fixedType(true, 1, 1)],
    [-1n, 1n, 0, fixedType(true, 2, 2)],
    [-9n, -9n, 0, fixedType(true, 5, 5)],
  ])("of %s to %s in units of 2^-%i", (min, max, fraction, type) => {
    expect(typeOfInterval({ min, max, fraction })).toEqual(type);
  });

  test("refuses more than 128 bits", () => {
    expect(() => typeOfInterval({ min: 0n, max: 1n << 128n, fraction: 0 })).toThrow(/129 bits/);
  });
});
