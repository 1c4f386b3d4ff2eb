// Runs images through the top function of a project without its test bench: reads them from
// csim_inputs.bin and writes what the firmware gives to csim_outputs.bin, both as little-endian
// doubles, image after image. csim_project.h, written beside it, names the function.
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include "csim_project.h"
#include "hls_stream.h"

namespace csim {

const unsigned INPUTS = CNNTARGZ_INPUTS;
const unsigned OUTPUTS = CNNTARGZ_OUTPUTS;

inline void require_empty(bool empty, const char *stream) {
  if (empty) return;
  std::fprintf(stderr, "the %s stream has elements left after the image: hardware would mix them with the next\n",
               stream);
  std::exit(4);
}

// io_stream: elements of several channels, in row, column, channel order.
template <class I, class O>
void run(void (*top)(hls::stream<I> &, hls::stream<O> &), const double *image, double *outputs) {
  static hls::stream<I> input("input");
  static hls::stream<O> output("output");
  for (unsigned i = 0; i < INPUTS; i += I::size) {
    I element;
    for (unsigned c = 0; c < I::size; c++) element[c] = typename I::value_type(image[i + c]);
    input.write(element);
  }
  top(input, output);
  require_empty(input.empty(), "input");
  for (unsigned o = 0; o < OUTPUTS; o += O::size) {
    const O element = output.read();
    for (unsigned c = 0; c < O::size; c++) outputs[o + c] = element[c].to_double();
  }
  require_empty(output.empty(), "output");
}

// io_parallel: all values at once.
template <class I, class O>
void run(void (*top)(I *, O *), const double *image, double *outputs) {
  typedef typename std::remove_const<I>::type value_t;
  static value_t input[INPUTS];
  static O output[OUTPUTS];
  for (unsigned i = 0; i < INPUTS; i++) input[i] = value_t(image[i]);
  top(input, output);
  for (unsigned o = 0; o < OUTPUTS; o++) outputs[o] = output[o].to_double();
}

}  // namespace csim

int main() {
  std::FILE *inputs = std::fopen("csim_inputs.bin", "rb");
  std::FILE *outputs = std::fopen("csim_outputs.bin", "wb");
  if (!inputs || !outputs) {
    std::fprintf(stderr, "can not open csim_inputs.bin or csim_outputs.bin\n");
    return 2;
  }
  std::vector<double> image(csim::INPUTS);
  std::vector<double> results(csim::OUTPUTS);
  while (std::fread(image.data(), sizeof(double), image.size(), inputs) == image.size()) {
    csim::run(CNNTARGZ_TOP, image.data(), results.data());
    if (std::fwrite(results.data(), sizeof(double), results.size(), outputs) != results.size()) return 2;
  }
  std::fclose(inputs);
  return std::fclose(outputs) == 0 ? 0 : 2;
}
