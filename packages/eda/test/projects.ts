import type { HlsProject } from "@cnntargz/contracts";
import { fixedType } from "@cnntargz/fixed-point";

/** The body of a test bench's loop over images; `x` holds the image, `log` takes the results. */
const SUM_AND_PRODUCT = `
    ap_fixed<20, 12> sum = 0;
    ap_fixed<100, 50> product = 1;
    for (int i = 0; i < 3; i++) {
      sum += input_t(x[i]);
      product = product * input_t(x[i]);
    }
    write(log, sum);
    write(log, product);`;

/**
 * A hand-written project whose two outputs are the sum and the product of three inputs. Its test
 * bench ends with exit code 7 when an image begins with -4.
 */
export function sumProject(loop = SUM_AND_PRODUCT): HlsProject {
  return {
    kind: "hls-project",
    schemaVersion: 1,
    projectName: "sum",
    interface: {
      ioType: "io_parallel",
      inputType: fixedType(true, 6, 3),
      inputsPerImage: 3,
      inputChannels: 3,
      outputType: fixedType(true, 30, 20),
      outputsPerImage: 2,
      outputChannels: 2,
      windowType: null,
    },
    traceNames: {},
    files: {
      "sum_test.cpp": `#include <cstdio>
#include "firmware/sum.h"
template <class T> void write(std::FILE *log, const T &value) {
  std::fprintf(log, "%.*f ", 10, result_t(value).to_double());
}
int main() {
  std::FILE *in = std::fopen("tb_data/tb_input_features.dat", "r");
  std::FILE *log = std::fopen("tb_data/csim_results.log", "w");
  if (!in || !log) return 2;
  double x[3];
  while (std::fscanf(in, "%lf %lf %lf", x, x + 1, x + 2) == 3) {
    if (x[0] == -4) return fail();
    ${loop}
    std::fputs("\\n", log);
  }
  std::fclose(log);
  return 0;
}
`,
      "firmware/sum.h": `#include "ap_fixed.h"
typedef ap_fixed<6, 3> input_t;
typedef ap_fixed<30, 20> result_t;
int fail();
`,
      "firmware/sum.cpp": `#include "sum.h"
#include <cstdio>
int fail() { std::fprintf(stderr, "an image begins with -4\\n"); return 7; }
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
