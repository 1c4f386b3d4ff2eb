// Included once, by the top function of a project that hls4ml wrote. With -DCNNTARGZ_TRACE each layer's
// output is appended to tb_data/trace.log: a line per layer and image.
#ifndef CNNTARGZ_HLS4ML_TRACE_H_
#define CNNTARGZ_HLS4ML_TRACE_H_

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "hls_stream.h"

// hls4ml's own tracing, which its bridge defines and nnet_helpers.h declares.
namespace nnet {
bool trace_enabled = false;
std::map<std::string, void *> *trace_outputs = NULL;
size_t trace_type_size = sizeof(double);
}  // namespace nnet

namespace csim {

inline std::FILE *open_trace(const char *layer) {
  std::FILE *log = std::fopen("tb_data/trace.log", "a");
  if (!log) {
    std::fprintf(stderr, "can not write tb_data/trace.log\n");
    std::exit(2);
  }
  std::fputs(layer, log);
  return log;
}

inline void close_trace(std::FILE *log) {
  std::fputs("\n", log);
  std::fclose(log);
}

template <class T>
void trace_values(const char *layer, const T *values, size_t count) {
  std::FILE *log = open_trace(layer);
  for (size_t i = 0; i < count; i++) std::fprintf(log, " %.17g", double(values[i]));
  close_trace(log);
}

template <class T, size_t N>
void trace_array(const char *layer, const T (&values)[N]) {
  trace_values(layer, values, N);
}

// What waits in a stream, which is put back.
template <class T>
void trace_stream(const char *layer, hls::stream<T> &stream) {
  std::FILE *log = open_trace(layer);
  hls::stream<T> kept;
  while (!stream.empty()) {
    const T element = stream.read();
    for (size_t c = 0; c < T::size; c++) std::fprintf(log, " %.17g", double(element[c]));
    kept.write(element);
  }
  while (!kept.empty()) stream.write(kept.read());
  close_trace(log);
}

}  // namespace csim

#endif
