import { OverflowMode, RoundingMode } from "@cnntargz/contracts";
import { fixedType, formatType } from "@cnntargz/fixed-point";
import fc from "fast-check";

/** Prints the width and all bits of a number, with what both kinds of headers have. */
const PRELUDE = `
template <class T> void show(const char *what, T x) {
  std::printf("%s %d ", what, int(T::width));
  for (int low = (T::width - 1) / 32 * 32; low >= 0; low -= 32) {
    const int high = low + 31 < T::width ? low + 31 : T::width - 1;
    std::printf("%08lx", (unsigned long)(x.range(high, low).to_uint64()));
  }
  std::printf("\\n");
}
template <class T> T make(unsigned long long high, unsigned long long low) {
  T x = 0;
  for (int bit = 0; bit < T::width; bit++) x[bit] = (((bit < 64 ? low : high) >> (bit & 63)) & 1) != 0;
  return x;
}
`;

const MODES = RoundingMode.options.flatMap((rounding) =>
  OverflowMode.options.map((overflow) => ({ rounding, overflow })),
);

const fraction = fc.integer({ min: -3, max: 24 });
// The vendor's types of one bit fail their own assertions.
const width = fc.oneof(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 21, max: 60 }));
// Casts that drop more bits than there are fail the vendor's own assertions.
const fixed = fc
  .record({ signed: fc.boolean(), width, fraction })
  .map(({ signed, width, fraction }) =>
    formatType(fixedType(signed, width, Math.max(width - fraction, 1))),
  );
const integer = fc
  .record({ signed: fc.boolean(), width: fc.integer({ min: 2, max: 60 }) })
  .map(({ signed, width }) => `ap_${signed ? "" : "u"}int<${width}>`);
const operand = fc.oneof({ weight: 3, arbitrary: fixed }, { weight: 1, arbitrary: integer });
const target = fc
  .record({
    signed: fc.boolean(),
    width: fc.oneof(fc.integer({ min: 2, max: 24 }), fc.integer({ min: 25, max: 90 })),
    // Casts to types without the bit of 1 fail the vendor's own assertions.
    fraction: fc.integer({ min: 0, max: 20 }),
    modes: fc.constantFrom(...MODES),
  })
  .map(({ signed, width, fraction, modes: { rounding, overflow } }) =>
    formatType(fixedType(signed, width, width - fraction, rounding, overflow)),
  );
// Zeros, ones and alternations find what random bits do not.
const word = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n, 2n ** 64n - 1n, 2n ** 63n, 0xaaaaaaaaaaaaaaaan),
);
const hasOne = (type: string): boolean => {
  const [width, integer] = type.match(/-?\d+/g)!.map(Number);
  return integer === undefined || (integer >= 1 && integer <= width!);
};
const fractionOf = (type: string): number => {
  const [width, integer] = type.match(/-?\d+/g)!.map(Number);
  return width! - (integer ?? width!);
};
const isSigned = (type: string): boolean => !type.startsWith("ap_u");
const widthOf = (type: string): number => Number(/<(\d+)/.exec(type)![1]);

/** What a differential program covers. */
export interface DifferentialProgram {
  readonly source: string;
  /** Lines that it prints. */
  readonly checks: number;
}

/**
 * A C++ program that uses random types and values in every way that the vendor's headers and this
 * package's have in common, and prints a line for each result.
 */
export function differentialProgram(
  seed: number,
  pairs: number,
  values: number,
): DifferentialProgram {
  const cases = fc.sample(
    fc.record({
      a: operand,
      b: operand,
      c: target,
      shift: fc.integer({ min: 0, max: 70 }),
      double: fc.oneof(
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        fc.integer({ min: -4000, max: 4000 }).map((n) => n / 64),
      ),
      values: fc.array(fc.tuple(word, word), { minLength: values, maxLength: values }),
      cut: fc.tuple(fc.nat(), fc.nat()),
    }),
    { numRuns: pairs, seed },
  );
  let checks = 0;
  const blocks = cases.map(({ a, b, c, shift, double, values, cut }, index) => {
    const [low, high] = cut.map((at) => at % widthOf(a)).sort((x, y) => x - y) as [number, number];
    const isInteger = a.includes("int") && b.includes("int");
    // The vendor's integers (not its fractions) divide a signed and an unsigned one in ways of their own.
    const divides = !isInteger || isSigned(a) === isSigned(b);
    const lines = [
      'show("+", x + y)',
      'show("-", x - y)',
      'show("*", x * y)',
      'show("&", x & y)',
      'show("|", x | y)',
      'show("^", x ^ y)',
      // The vendor's quotient of the least number and -1 of the last bit wraps to the least number.
      ...(divides
        ? [
            `if (y != 0 && y != ${(-(2 ** -fractionOf(b))).toFixed(30)}) show("/", x / y); else std::printf("/0\\n")`,
          ]
        : []),
      ...(isInteger && divides ? ['if (y != 0) show("%", x % y); else std::printf("%%0\\n")'] : []),
      `show("cast", C(x))`,
      `show("product", C(x * y))`,
      `{ C z = 0; z += x; z -= y; z *= ap_int<3>(3); show("compound", z); }`,
      `std::printf("order %d%d%d%d%d%d\\n", x < y, x <= y, x > y, x >= y, x == y, x != y)`,
      `std::printf("double %d%d%d\\n", x < ${double}, x >= ${double}, ${double} == x)`,
      `std::printf("int %d%d%d\\n", x < 3, x >= -2, 1 == x)`,
      `show("int", x + 3); show("int", 5 - x); show("int", x * -7)`,
      `show("<<", x << ${shift}); show(">>", x >> ${shift})`,
      `show("<<", x << -${shift % 5}); show(">>", x >> -${shift % 5})`,
      `std::printf("double %.17g\\n", x.to_double())`,
      `std::printf("to %d %lld\\n", x.to_int(), (long long)x.to_int64())`,
      `show("ap_int", ap_int<24>(x)); show("ap_uint", ap_uint<70>(x))`,
      `std::printf("range %llu\\n", (unsigned long long)x.range(${high}, ${low}).to_uint64())`,
      `{ A z = x; z.range(${high}, ${low}) = ap_uint<${high - low + 1}>(p); show("set", z); }`,
      `{ A z = x; z[${high}] = !z[${high}]; show("bit", z); }`,
      `show("-", -x); show("~", ~x)`,
      // The vendor's ++ does not compile without the bit of 1.
      ...(hasOne(a) ? [`{ A z = x; ++z; z--; --z; show("++", z); }`] : []),
    ];
    // Each value prints a line per statement, and one result precedes them.
    const statements =
      lines.join(";").match(/show\(|printf\(/g)!.length -
      lines.filter((line) => line.startsWith("if")).length;
    checks += values.length * statements + 1;
    const calls = values.map(([p, q]) => `test(0x${p.toString(16)}ull, 0x${q.toString(16)}ull);`);
    return `struct Case${index} {
  typedef ${a} A; typedef ${b} B; typedef ${c} C;
  static void test(unsigned long long p, unsigned long long q) {
    const A x = make<A>(q, p); const B y = make<B>(p, q);
    ${lines.join(";\n    ")};
  }
  static void all() { show("of double", C(${double}));
    ${calls.join("\n    ")} }
};`;
  });
  const all = cases.map((_, index) => `Case${index}::all();`).join(" ");
  return { source: `${PRELUDE}${blocks.join("\n")}\nint main() { ${all} return 0; }`, checks };
}
