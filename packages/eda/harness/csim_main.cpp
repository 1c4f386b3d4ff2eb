// Runs images through the top function of a project without its test bench: reads them from
// csim_inputs.bin and writes what the firmware gives to csim_outputs.bin, both as little-endian
// doubles, image after image; the window that a fragmenter chose follows the outputs.
// csim_project.h, written beside it, names the function.
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include "csim_project.h"
#include "hls_stream.h"

namespace csim {

const unsigned INPUTS = CNNTARGZ_INPUTS;
const unsigned OUTPUTS = CNNTARGZ_OUTPUTS;

template <class T>
void require_empty(hls::stream<T> &stream, const char *name) {
  if (stream.empty()) return;
  std::fprintf(stderr,
               "the %s stream has elements left after the image: hardware would mix them with the next\n", name);
  std::exit(4);
}

// io_stream: elements of several channels, in row, column, channel order.
template <class I>
void put(hls::stream<I> &input, const double *image) {
  for (unsigned i = 0; i < INPUTS; i += I::size) {
    I element;
    for (unsigned c = 0; c < I::size; c++) element[c] = typename I::value_type(image[i + c]);
    input.write(element);
  }
}
template <class I, class O>
void take(hls::stream<I> &input, hls::stream<O> &output, double *outputs) {
  require_empty(input, "input");
  for (unsigned o = 0; o < OUTPUTS; o += O::size) {
    const O element = output.read();
    for (unsigned c = 0; c < O::size; c++) outputs[o + c] = element[c].to_double();
  }
  require_empty(output, "output");
}

template <class I, class O>
void run(void (*top)(hls::stream<I> &, hls::stream<O> &), const double *image, double *outputs) {
  static hls::stream<I> input("input");
  static hls::stream<O> output("output");
  put(input, image);
  top(input, output);
  take(input, output, outputs);
}

template <class I, class O, class W>
void run(void (*top)(hls::stream<I> &, hls::stream<O> &, hls::stream<W> &), const double *image,
         double *outputs) {
  static hls::stream<I> input("input");
  static hls::stream<O> output("output");
  static hls::stream<W> window("window");
  put(input, image);
  top(input, output, window);
  take(input, output, outputs);
  outputs[OUTPUTS] = window.read().to_double();
  require_empty(window, "window");
}

// io_parallel: all values at once.
template <class T>
void fill(T *values, const double *image) {
  for (unsigned i = 0; i < INPUTS; i++) values[i] = T(image[i]);
}
template <class O>
void copy(const O *values, double *outputs) {
  for (unsigned o = 0; o < OUTPUTS; o++) outputs[o] = values[o].to_double();
}

template <class I, class O>
void run(void (*top)(I *, O *), const double *image, double *outputs) {
  static typename std::remove_const<I>::type input[INPUTS];
  static O output[OUTPUTS];
  fill(input, image);
  top(input, output);
  copy(output, outputs);
}

template <class I, class O, class W>
void run(void (*top)(I *, O *, W *), const double *image, double *outputs) {
  static typename std::remove_const<I>::type input[INPUTS];
  static O output[OUTPUTS];
  static W window[1];
  fill(input, image);
  top(input, output, window);
  copy(output, outputs);
  outputs[OUTPUTS] = window[0].to_double();
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
  std::vector<double> results(csim::OUTPUTS + CNNTARGZ_WINDOWS);
  while (std::fread(image.data(), sizeof(double), image.size(), inputs) == image.size()) {
    csim::run(CNNTARGZ_TOP, image.data(), results.data());
    if (std::fwrite(results.data(), sizeof(double), results.size(), outputs) != results.size()) return 2;
  }
  std::fclose(inputs);
  return std::fclose(outputs) == 0 ? 0 : 2;
}
