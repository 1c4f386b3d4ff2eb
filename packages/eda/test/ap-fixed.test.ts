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
  const __int128 raw = value.raw();
  std::printf("%016llx%016llx\\n", (unsigned long long)(raw >> 64), (unsigned long long)raw);
}
`;
const readRaw = (hex: string): bigint => BigInt.asIntN(128, BigInt(`0x${hex}`));

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
    const printed = runCpp(`
      static const double x[] = {${values}};
      template <class T> void run() {
        for (double value : x) std::printf("%.17g ", T(value).to_double());
        std::printf("\\n");
      }
      int main() { ${calls} return 0; }`);
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
        std::printf("%d%d%d\\n", a < b, a == b, a >= b); }`;
    });
    const printed = runCpp(`${PRINT}\nint main() { ${body.join("\n")} return 0; }`);
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

  test("ordinary code: accumulation, built-in numbers, shifts, integers, bits", () => {
    const printed = runCpp(`
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
        std::printf("%d %d %d\\n", sum > 6, n < 0, m == 7u);
        std::printf("%lld %d\\n", (long long)value_t(-1.5).to_int64(), ap_fixed<8, 12>(-32).to_int());
        return 0;
      }`);
    expect(printed).toBe("6.5 7.5 -3.5\n-6 2 -5\n-14 -2 1 0\n1 1 1\n-1 -32\n");
  });

  test("doubles beyond all types saturate or wrap", () => {
    const printed = runCpp(`
      int main() {
        std::printf("%g %g %g %g\\n", ap_fixed<8, 4, AP_TRN, AP_SAT>(1e300).to_double(),
                    ap_ufixed<8, 4, AP_TRN, AP_SAT>(-1e300).to_double(),
                    ap_fixed<100, 50>(1e300).to_double(), ap_fixed<8, 4, AP_RND>(1e-300).to_double());
        return 0;
      }`);
    expect(printed).toBe("7.9375 0 0 0\n");
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
        std::printf("%d %d %d\\n", first, second, s.empty());
        return 0;
      }`);
    expect(printed).toBe("1 2 1\n");
  });

  test("reading an empty stream ends the program and names the stream", () => {
    const body = 'int main() { hls::stream<int> s("numbers"); return s.read(); }';
    expect(() => runCpp(body)).toThrow(/read from the empty stream numbers/);
  });
});
