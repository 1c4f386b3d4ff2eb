import { readFileSync } from "node:fs";

import { OverflowMode, RoundingMode } from "@cnntargz/contracts";
import { castInteger, fixedType, formatType, fractionBits } from "@cnntargz/fixed-point";
import { needs } from "@cnntargz/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

import { runCpp } from "./run-cpp.js";

interface Golden {
  readonly x: readonly number[];
  readonly cases: readonly { readonly type: string; readonly y: readonly number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL("./fixtures/ap_fixed_casts.json", import.meta.url), "utf8"),
) as Golden;

/** Prints a number's integer in full, up to 128 bits, as two hexadecimal halves. */
const PRINT = `
template <class T> void print(const T &value) {
  __extension__ const unsigned __int128 raw = value.raw();
  std::printf("%016llx%016llx\\n", (unsigned long long)(raw >> 64), (unsigned long long)raw);
}
`;
const readRaw = (hex: string): bigint => BigInt.asIntN(128, BigInt(`0x${hex}`));

/** Compiling is what takes time, not running. */
const QUICK = { optimize: "-O0" };

const ALL_MODES = RoundingMode.options.flatMap((rounding) =>
  OverflowMode.options.map((overflow) => ({ rounding, overflow })),
);

needs("g++")("ap_fixed.h", () => {
  test("every 14-bit number is cast as castInteger casts it, in all 28 modes, signed and unsigned", () => {
    const from = fixedType(true, 14, 7);
    const types = ALL_MODES.flatMap(({ rounding, overflow }) => [
      fixedType(true, 6, 3, rounding, overflow),
      fixedType(false, 4, 1, rounding, overflow),
      fixedType(true, 3, 6, rounding, overflow),
    ]);
    const calls = types.map((type) => `run<${formatType(type)}>();`).join("\n");
    const printed = runCpp(`
      template <class T> void run() {
        for (int i = -8192; i < 8192; i++) std::printf("%d ", int(T(${formatType(from)}::from_raw(i)).raw()));
        std::printf("\\n");
      }
      int main() { ${calls} return 0; }`);
    const lines = printed.trimEnd().split("\n");
    expect(lines).toHaveLength(types.length);
    types.forEach((type, t) => {
      const actual = lines[t]!.trimEnd().split(" ").map(Number);
      const expected = Array.from({ length: 16384 }, (_, i) =>
        Number(castInteger(BigInt(i - 8192), fractionBits(from), type)),
      );
      expect(actual, formatType(type)).toEqual(expected);
    });
  });

  test("57 doubles become what the vendor's headers make of them, in 117 types", () => {
    const values = golden.x.join(", ");
    const calls = golden.cases.map(({ type }) => `run<${type}>();`).join("\n");
    const printed = runCpp(
      `
      static const double x[] = {${values}};
      template <class T> void run() {
        for (double value : x) std::printf("%.17g ", T(value).to_double());
        std::printf("\\n");
      }
      int main() { ${calls} return 0; }`,
      QUICK,
    );
    const lines = printed.trimEnd().split("\n");
    golden.cases.forEach(({ type, y }, i) => {
      expect(lines[i]!.trimEnd().split(" ").map(Number), type).toEqual(y);
    });
  });

  test("sums, differences, products and casts are exact beyond 64 bits", () => {
    const width = fc.integer({ min: 1, max: 50 });
    const type = fc
      .record({ signed: fc.boolean(), width, integer: fc.integer({ min: -3, max: 64 }) })
      .map(({ signed, width, integer }) => fixedType(signed, width, Math.min(integer, width + 2)));
    const wide = fc.constantFrom(...ALL_MODES).chain(({ rounding, overflow }) =>
      fc
        .record({
          signed: fc.boolean(),
          width: fc.integer({ min: 1, max: 100 }),
          fraction: fc.integer({ min: -4, max: 20 }),
        })
        .map(({ signed, width, fraction }) =>
          fixedType(signed, width, width - fraction, rounding, overflow),
        ),
    );
    const raw = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const cases = fc.sample(fc.tuple(type, type, wide, raw, raw), { numRuns: 60, seed: 1 });
    const wrapTo = (value: bigint, signed: boolean, width: number): bigint =>
      signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
    const operands = cases.map(([a, b, , x, y]) => [
      wrapTo(x, a.signed, a.width),
      wrapTo(y, b.signed, b.width),
    ]);
    const body = cases.map(([a, b, c], i) => {
      const [x, y] = operands[i]!;
      const literal = (value: bigint): string =>
        `(long long)${String(BigInt.asUintN(64, value))}ull`;
      return `{ const auto a = ${formatType(a)}::from_raw(${literal(x!)});
        const auto b = ${formatType(b)}::from_raw(${literal(y!)});
        print(a + b); print(a - b); print(a * b); print(${formatType(c)}(a * b));
        const auto c = ${formatType({ ...a, signed: b.signed })}::from_raw(a.raw());
        std::printf("%d%d%d\\n", c < b, c == b, c >= b); }`;
    });
    const printed = runCpp(`${PRINT}\nint main() { ${body.join("\n")} return 0; }`, QUICK);
    const lines = printed.trimEnd().split("\n");
    cases.forEach(([a, b, c], i) => {
      const [sum, difference, product, cast, order] = lines.slice(5 * i, 5 * i + 5);
      const [x, y] = operands[i]!;
      const fraction = Math.max(fractionBits(a), fractionBits(b));
      const alignedX = x! << BigInt(fraction - fractionBits(a));
      const alignedY = y! << BigInt(fraction - fractionBits(b));
      const what = `${formatType(a)} ${String(x)}, ${formatType(b)} ${String(y)}`;
      expect(readRaw(sum!), what).toBe(alignedX + alignedY);
      expect(readRaw(difference!), what).toBe(alignedX - alignedY);
      expect(readRaw(product!), what).toBe(x! * y!);
      const expected = castInteger(x! * y!, fractionBits(a) + fractionBits(b), c);
      expect(readRaw(cast!), `${what} to ${formatType(c)}`).toBe(expected);
      const flags = [alignedX < alignedY, alignedX === alignedY, alignedX >= alignedY];
      expect(order, what).toBe(flags.map(Number).join(""));
    });
  });

  test("products have up to 128 bits, also unsigned ones, and so have all other operations", () => {
    const [p, q] = [0xfedcba9876543210n, 0xf0e1d2c3b4a59687n];
    const printed = runCpp(
      `${PRINT}
      int main() {
        const ap_uint<64> p = 0x${p.toString(16)}ull, q = 0x${q.toString(16)}ull;
        const ap_int<64> n = ap_int<64>(q);
        const ap_fixed<32, 5> f = ap_fixed<32, 5>::from_raw(-0x7fffffff - 1);
        print(p * q); print(n * n); print(p * n); print(f * f);
        const ap_uint<128> big = p * q;
        print(big >> 100); print(big << 4); print(~big); print(big / p); print(big % ap_uint<128>(1000));
        print(ap_uint<8>(big.range(127, 120)));
        std::printf("%d%d%d %s\\n", big > p, big == p * q, big < 0, big.to_string().c_str());
        return 0;
      }`,
      QUICK,
    );
    const n = BigInt.asIntN(64, q);
    const big = p * q;
    const hex = (value: bigint): string =>
      BigInt.asUintN(128, value).toString(16).padStart(32, "0");
    expect(printed.trimEnd().split("\n")).toEqual([
      ...[p * q, n * n, p * n, 2n ** 62n].map(hex),
      ...[big >> 100n, big << 4n, ~big, q, big % 1000n, big >> 120n].map(hex),
      `110 ${String(big)}`,
    ]);
  });

  test.each([
    ["ap_uint<128>(1) + 1", "a sum of 129 bits"],
    ["ap_fixed<70, 10>(1) * ap_fixed<60, 10>(1)", "a product of 130 bits"],
    ["ap_int<129>(1)", "a number of 129 bits"],
  ])("%s, %s, does not compile", (expression) => {
    const body = `int main() { const auto x = ${expression}; return x.to_int(); }`;
    expect(() => runCpp(body, QUICK)).toThrow(/needs more than 128 bits/);
  });

  test.each(["c++11", "c++14", "c++17"])("ordinary code, in %s", (standard) => {
    const printed = runCpp(
      `
      enum state { IDLE, BUSY = 3 };
      template <int W> int width_of(ap_int<W>) { return W; }
      template <int W, int I, ap_q_mode Q, ap_o_mode O, int N> int point_of(ap_fixed<W, I, Q, O, N>) { return I; }
      int main() {
        typedef ap_fixed<16, 8> value_t;
        value_t sum = 1;
        sum += value_t(2.5);
        sum -= value_t(0.25);
        sum *= 2;
        std::printf("%g %g %g\\n", sum.to_double(), (sum + 1).to_double(), (3 - sum).to_double());
        const ap_fixed<4, 4> four = 5;
        std::printf("%g %g %g\\n", (four << 1).to_double(), (four >> 1).to_double(), (-four).to_double());
        const ap_int<8> n = -100;
        const ap_uint<4> m = 7;
        std::printf("%d %d %d %d\\n", (n / m).to_int(), (n % m).to_int(), m[0], m[3]);
        std::printf("%d %d %d %d %d\\n", sum > 6, n < 0, m == 7u, sum == 6.5, 6.4f < sum);
        std::printf("%lld %d %d\\n", (long long)value_t(-1.5).to_int64(), ap_fixed<8, 12>(-32).to_int(), ap_int<4>(value_t(-1.5)).to_int());
        // Fractions divide with the dividend's fraction, towards zero.
        std::printf("%g %g\\n", (value_t(1) / value_t(-3)).to_double(), (value_t(1) / 3).to_double());
        // Bits and ranges can be read and written.
        ap_uint<12> bits = 0xabc;
        bits.range(7, 4) = 0;
        bits[0] = 1;
        bits(11, 8) = bits(3, 0);
        std::printf("%s %s %d\\n", bits.to_string(16).c_str(), bits.to_string(2).c_str(), bits.range(3, 2) == 3);
        value_t raw;
        raw.range() = 0x180;
        std::printf("%s %s %s\\n", raw.to_string().c_str(), value_t(-0.00390625).to_string().c_str(), n.to_string().c_str());
        // Built-in numbers: conversions, indices, conditions, enumerations.
        const int table[4] = {10, 11, 12, 13};
        const ap_uint<2> index = BUSY;
        const int plain = n;
        const double real = value_t(0.75);
        std::printf("%d %d %g %d %d\\n", table[index], plain, real, bool(raw), n && index ? 1 : 0);
        ap_int<8> count = 126;
        count++; ++count;
        std::printf("%d %d %d %d\\n", count.to_int(), width_of(n * m), point_of(sum), int((m & 5) | 8));
        std::printf("%d %d %d\\n", m.or_reduce(), m.and_reduce(), m.xor_reduce());
        // As in C, a negative number is a large unsigned one for an unsigned one as wide.
        std::printf("%d %d %d\\n", n < m, ap_int<32>(-1) < ap_uint<32>(0), ap_int<32>(-1) == ap_uint<40>(0xffffffffffull));
        return 0;
      }`,
      { standard },
    );
    expect(printed).toBe(
      `6.5 7.5 -3.5
-6 2 -5
-14 -2 1 0
1 1 1 1 1
-1 -32 -1
-0.332031 0.332031
0xd0d 0b110100001101 1
1.5 -0.00390625 -100
13 -100 0.75 1 1
-128 12 8 13
1 0 1
1 0 1
`,
    );
  });

  test("doubles beyond all types saturate or wrap, and what is no number is zero", () => {
    const printed = runCpp(`
      #include <limits>
      int main() {
        const double infinity = std::numeric_limits<double>::infinity();
        typedef ap_fixed<8, 4, AP_TRN, AP_SAT> sat_t;
        std::printf("%g %g %g %g\\n", sat_t(1e300).to_double(), ap_ufixed<8, 4, AP_TRN, AP_SAT>(-1e300).to_double(),
                    ap_fixed<100, 50>(1e300).to_double(), ap_fixed<8, 4, AP_RND>(1e-300).to_double());
        std::printf("%g %g %g %g\\n", sat_t(infinity).to_double(), sat_t(-infinity).to_double(),
                    ap_fixed<8, 4>(infinity).to_double(), sat_t(infinity - infinity).to_double());
        std::printf("%g %g %g\\n", ap_fixed<8, 4>(-1e-300).to_double(), ap_fixed<128, 128, AP_TRN, AP_SAT>(-std::ldexp(1.0, 127)).to_double() / std::ldexp(1.0, 127),
                    ap_fixed<60, 58, AP_RND_CONV>(2251799813685249.5).to_double() - 2251799813685248.0);
        return 0;
      }`);
    expect(printed).toBe("7.9375 0 0 0\n7.9375 -8 0 0\n-0.0625 -1 1.5\n");
  });

  test.each([
    ["ap_int<8>(1) / ap_int<8>(0)", /division by zero/],
    ["ap_int<8>(1) % 0", /division by zero/],
    ["ap_int<8>(1)[8]", /a bit is read that its number does not have/],
    ["ap_int<8>(1).range(8, 0)", /a range is read that its number does not have/],
  ])("%s ends the program", (expression, message) => {
    expect(() => runCpp(`int main() { return int(${expression}); }`)).toThrow(message);
  });
});

needs("g++")("hls_stream.h", () => {
  test("a stream is a queue", () => {
    const printed = runCpp(`
      int main() {
        hls::stream<int> s("numbers");
        s.write(1);
        s << 2;
        int second = 0;
        const int first = s.read();
        s >> second;
        std::printf("%d %d %d %d\\n", first, second, s.empty(), s.full());
        hls::stream<ap_int<4>, 16> several[2];
        for (int i = 0; i < 5000; i++) several[i & 1].write(i);
        ap_int<4> value;
        long total = 0;
        // Never quite empty.
        for (int i = 0; i < 10000; i++) { total += several[0].read().to_int(); several[0].write(i); }
        std::printf("%d %d %ld", int(several[0].size()), several[1].read_nb(value), total);
        while (several[0].read_nb(value)) total += value.to_int();
        while (!several[1].empty()) several[1].read(value);
        std::printf(" %ld %d\\n", total, several[0].read_nb(value));
        return 0;
      }`);
    // Even numbers 0, 2 .. 4998 and then 0 .. 7499 are read, in four bits; 7500 .. 9999 are left.
    const nibble = (n: number): number => ((n + 8) & 15) - 8;
    const sum = (from: number, to: number, step = 1): number => {
      let total = 0;
      for (let n = from; n < to; n += step) total += nibble(n);
      return total;
    };
    const read = sum(0, 5000, 2) + sum(0, 7500);
    expect(printed).toBe(`1 2 1 0\n2500 1 ${read} ${read + sum(7500, 10_000)} 0\n`);
  });

  test("reading an empty stream ends the program and names the stream", () => {
    const body = 'int main() { hls::stream<int> s("numbers"); return s.read(); }';
    expect(() => runCpp(body)).toThrow(/read from the empty stream numbers/);
  });

  test("a stream that is left with elements says so", () => {
    const body = 'int main() { { hls::stream<int> s("numbers"); s.write(1); } return 9; }';
    expect(() => runCpp(body)).toThrow(/the stream numbers is left with 1 elements/);
  });
});
