import type { HlsProject } from "@cnntargz/contracts";
import { fixedType } from "@cnntargz/fixed-point";

/** What `compute(x, sum, product)` does; `x` holds an image. */
const SUM_AND_PRODUCT = `
  ap_fixed<20, 12> s = 0;
  ap_fixed<100, 50> p = 1;
  for (int i = 0; i < 3; i++) {
    s += x[i];
    p = p * x[i];
  }
  sum = s;
  product = p;`;

/** How the top function takes its image and gives its results. */
const TOPS = {
  io_stream: {
    types: "typedef array<value_t, 1> input_t;\ntypedef array<output_t, 2> result_t;",
    signature: "void sum(hls::stream<input_t> &input_1, hls::stream<result_t> &layer2_out)",
    body: `
  value_t x[3];
  for (int i = 0; i < 3; i++) x[i] = input_1.read()[0];
  result_t result;
  compute(x, result[0], result[1]);
  layer2_out.write(result);`,
    call: `
    hls::stream<input_t> in("in");
    hls::stream<result_t> out("out");
    for (int i = 0; i < 3; i++) { input_t element; element[0] = x[i]; in.write(element); }
    sum(in, out);
    const result_t result = out.read();`,
  },
  io_parallel: {
    types: "typedef value_t input_t;\ntypedef output_t result_t;",
    signature: "void sum(input_t input_1[3], result_t layer2_out[2])",
    body: "\n  compute(input_1, layer2_out[0], layer2_out[1]);",
    call: `
    input_t in[3];
    for (int i = 0; i < 3; i++) in[i] = x[i];
    result_t result[2];
    sum(in, result);`,
  },
} as const;

/** What a {@link sumProject} has instead of the ordinary. */
export interface SumProjectParts {
  readonly ioType?: keyof typeof TOPS;
  /** Body of `compute`, which sets `sum` and `product` from `x`. */
  readonly compute?: string;
  /** What the top function does after all. */
  readonly end?: string;
  /** What the test bench does with `result`, which `log` is to take. */
  readonly report?: string;
}

/**
 * A hand-written project whose two outputs are the sum and the product of three inputs. It ends with
 * exit code 7 when an image begins with -4.
 */
export function sumProject(parts: SumProjectParts = {}): HlsProject {
  const { ioType = "io_stream", compute = SUM_AND_PRODUCT, end = "" } = parts;
  const { report = "write(log, result[0]); write(log, result[1]);" } = parts;
  const top = TOPS[ioType];
  return {
    kind: "hls-project",
    schemaVersion: 1,
    projectName: "sum",
    interface: {
      ioType,
      inputType: fixedType(true, 6, 3),
      inputsPerImage: 3,
      inputChannels: ioType === "io_stream" ? 1 : 3,
      outputType: fixedType(true, 30, 20),
      outputsPerImage: 2,
      outputChannels: 2,
      windowType: null,
    },
    traceNames: { first: "first", second: "second layer" },
    files: {
      "sum_test.cpp": `#include <cstdio>
#include "firmware/sum.h"
template <class T> void write(std::FILE *log, const T &value) {
  std::fprintf(log, "%.*f ", 10, output_t(value).to_double());
}
int main() {
  std::FILE *in_file = std::fopen("tb_data/tb_input_features.dat", "r");
  std::FILE *log = std::fopen("tb_data/csim_results.log", "w");
  if (!in_file || !log) return 2;
  double x[3];
  while (std::fscanf(in_file, "%lf %lf %lf", x, x + 1, x + 2) == 3) {
    ${top.call}
    ${report}
    std::fputs("\\n", log);
  }
  std::fclose(log);
  return 0;
}
`,
      "firmware/sum.h": `#include "ap_fixed.h"
#include "hls_stream.h"
template <class T, unsigned N> struct array {
  typedef T value_type;
  static const unsigned size = N;
  T data[N];
  T &operator[](unsigned i) { return data[i]; }
  const T &operator[](unsigned i) const { return data[i]; }
};
typedef ap_fixed<6, 3> value_t;
typedef ap_fixed<30, 20> output_t;
${top.types}
${top.signature};
`,
      "firmware/sum.cpp": `#include "sum.h"
#include <cstdio>
#include <cstdlib>
static void compute(const value_t x[3], output_t &sum, output_t &product) {
  if (x[0] == -4) {
    std::fprintf(stderr, "an image begins with -4\\n");
    std::exit(7);
  }
  ${compute}
}
${top.signature} {
  ${top.body}
  ${end}
}
`,
    },
    executables: [],
  };
}

/** What {@link sumProject} computes from integer images (units of 1/8), in units of 1/1024. */
export function sumsAndProducts(images: readonly number[]): number[] {
  const outputs: number[] = [];
  for (let i = 0; i < images.length; i += 3) {
    const [a, b, c] = images.slice(i, i + 3) as [number, number, number];
    // The sum has 8 fraction bits, the product 9: both fit 10.
    // Integers have no negative zero.
    outputs.push((a + b + c) * 128 + 0, a * b * c * 2 + 0);
  }
  return outputs;
}
