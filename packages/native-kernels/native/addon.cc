// The Node-API side: checks every address against the memory it is given, and calls the kernels.
#include <node_api.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kernels.h"

namespace {

constexpr int MAX_ARGUMENTS = 24;

/** One growing buffer per thread, outside the WebAssembly heap. */
class Scratch {
 public:
  ~Scratch() { std::free(data_); }
  /** 64-byte aligned space for so many floats, or null. */
  float *floats(long count) {
    if (count > size_) {
      std::free(data_);
      void *data = nullptr;
      size_ = posix_memalign(&data, 64, static_cast<size_t>(count) * sizeof(float)) == 0 ? count : 0;
      data_ = size_ > 0 ? static_cast<float *>(data) : nullptr;
    }
    return data_;
  }

 private:
  float *data_ = nullptr;
  long size_ = 0;
};

thread_local Scratch scratch;

/** The arguments of one call: the memory, then numbers. The first bad one throws, and ok() is false from then on. */
class Call {
 public:
  Call(napi_env env, napi_callback_info info, const char *name, int numbers) : env_(env), name_(name) {
    size_t count = MAX_ARGUMENTS;
    napi_value values[MAX_ARGUMENTS];
    void *data = nullptr;
    napi_get_cb_info(env, info, &count, values, nullptr, &data);
    kernels_ = static_cast<const Kernels *>(data);
    void *memory = nullptr;
    if (count != static_cast<size_t>(numbers) + 1 ||
        napi_get_arraybuffer_info(env, values[0], &memory, &length_) != napi_ok) {
      fail("needs an ArrayBuffer and its numbers");
      return;
    }
    memory_ = static_cast<char *>(memory);
    for (int i = 0; i < numbers; i++) {
      if (napi_get_value_double(env, values[i + 1], &numbers_[i]) != napi_ok) {
        fail("got an argument that is not a number");
        return;
      }
    }
  }

  bool ok() const { return ok_; }
  const Kernels &kernels() const { return *kernels_; }
  bool given(int i) const { return numbers_[i] != 0; }
  float real(int i) const { return static_cast<float>(numbers_[i]); }

  /** A size or a count. */
  int size(int i) {
    const double value = numbers_[i];
    if (!(value >= 0 && value <= 2147483647.0 && value == std::floor(value))) {
      fail("got a size that is not a non-negative integer");
      return 0;
    }
    return static_cast<int>(value);
  }

  /** A size or a step that is not zero. */
  int positive(int i) {
    const int value = size(i);
    if (value == 0) fail("got a step or a number of groups that is zero");
    return ok_ ? value : 1;
  }

  /** A number of pixels that may be negative. */
  int padding(int i) {
    const double value = numbers_[i];
    if (!(std::fabs(value) <= 2147483647.0 && value == std::floor(value))) {
      fail("got a padding that is not an integer");
      return 0;
    }
    return static_cast<int>(value);
  }

  /** The address of so many floats inside the memory. */
  float *at(int i, double floats) {
    const double address = numbers_[i];
    if (!(address >= 0 && address == std::floor(address) && std::fmod(address, 4) == 0 &&
          address + floats * 4 <= static_cast<double>(length_))) {
      fail("got an address outside the memory");
      return nullptr;
    }
    return reinterpret_cast<float *>(memory_ + static_cast<size_t>(address));
  }

  float *space(long floats) {
    float *data = scratch.floats(floats > 0 ? floats : 1);
    if (data == nullptr) fail("got no scratch memory from the system");
    return data;
  }

 private:
  void fail(const char *what) {
    if (!ok_) return;
    ok_ = false;
    char message[160];
    std::snprintf(message, sizeof message, "native kernel %s %s", name_, what);
    napi_throw_range_error(env_, nullptr, message);
  }

  napi_env env_;
  const char *name_;
  const Kernels *kernels_ = nullptr;
  char *memory_ = nullptr;
  size_t length_ = 0;
  double numbers_[MAX_ARGUMENTS] = {};
  bool ok_ = true;
};

double product(double a, double b, double c = 1, double d = 1) { return a * b * c * d; }

/** A convolution, from number `first` on. */
Conv readConv(Call &call, int first) {
  const auto size = [&](int i) { return call.size(first + i); };
  const auto positive = [&](int i) { return call.positive(first + i); };
  Conv conv{size(0),      size(1),      size(2),      call.padding(first + 3), call.padding(first + 4), size(5),
            size(6),      size(7),      size(8),      size(9),                 size(10),                positive(11),
            positive(12), positive(13), positive(14), positive(15)};
  return conv;
}

double inputSize(const Conv &c) { return product(c.batch, c.height, c.width, c.inChannels); }
double filterSize(const Conv &c) { return product(c.filterHeight, c.filterWidth, c.inChannels / c.groups, c.outChannels); }
double outputSize(const Conv &c) { return product(c.batch, c.outHeight, c.outWidth, c.outChannels); }

napi_value convForward(napi_env env, napi_callback_info info) {
  Call call(env, info, "convForward", 22);
  if (!call.ok()) return nullptr;
  const Conv conv = readConv(call, 4);
  const float *x = call.at(0, inputSize(conv)), *filter = call.at(1, filterSize(conv));
  const float *bias = call.given(2) ? call.at(2, conv.outChannels) : nullptr;
  float *y = call.at(3, outputSize(conv));
  if (!call.ok()) return nullptr;
  float *space = call.space(call.kernels().convScratch(conv));
  if (call.ok()) call.kernels().convForward(conv, x, filter, bias, y, call.given(20), space);
  return nullptr;
}

napi_value convFilterGradient(napi_env env, napi_callback_info info) {
  Call call(env, info, "convFilterGradient", 20);
  if (!call.ok()) return nullptr;
  const Conv conv = readConv(call, 3);
  const float *x = call.at(0, inputSize(conv)), *dy = call.at(1, outputSize(conv));
  float *dFilter = call.at(2, filterSize(conv));
  if (!call.ok()) return nullptr;
  float *space = call.space(call.kernels().convScratch(conv));
  if (call.ok()) call.kernels().convFilterGradient(conv, x, dy, dFilter, space);
  return nullptr;
}

napi_value matMul(napi_env env, napi_callback_info info) {
  Call call(env, info, "matMul", 11);
  if (!call.ok()) return nullptr;
  const int rows = call.size(3), inner = call.size(4), cols = call.size(5);
  const float *a = call.at(0, product(rows, inner)), *b = call.at(1, product(inner, cols));
  float *c = call.at(2, product(rows, cols));
  const float *bias = call.given(8) ? call.at(8, cols) : nullptr;
  if (!call.ok()) return nullptr;
  float *space = call.space(call.kernels().matMulScratch(rows, inner, cols));
  if (call.ok()) call.kernels().matMul(a, b, c, rows, inner, cols, call.given(6), call.given(7), bias, call.given(9), space);
  return nullptr;
}

TiledPool readPool(Call &call, int first) {
  int s[8];
  for (int i = 0; i < 8; i++) s[i] = call.size(first + i);
  return {s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]};
}

double inputSize(const TiledPool &p) { return product(p.batch, p.height, p.width, p.channels); }
double outputSize(const TiledPool &p) { return product(p.batch, p.outHeight, p.outWidth, p.channels); }

napi_value maxPoolTiled(napi_env env, napi_callback_info info) {
  Call call(env, info, "maxPoolTiled", 10);
  if (!call.ok()) return nullptr;
  const TiledPool pool = readPool(call, 2);
  const float *x = call.at(0, inputSize(pool));
  float *y = call.at(1, outputSize(pool));
  if (call.ok()) call.kernels().maxPoolTiled(pool, x, y);
  return nullptr;
}

napi_value maxPoolGradientTiled(napi_env env, napi_callback_info info) {
  Call call(env, info, "maxPoolGradientTiled", 12);
  if (!call.ok()) return nullptr;
  const TiledPool pool = readPool(call, 4);
  const float *x = call.at(0, inputSize(pool)), *y = call.at(1, outputSize(pool)), *dy = call.at(2, outputSize(pool));
  float *dx = call.at(3, inputSize(pool));
  if (call.ok()) call.kernels().maxPoolGradientTiled(pool, x, y, dy, dx);
  return nullptr;
}

napi_value reluGradBounded(napi_env env, napi_callback_info info) {
  Call call(env, info, "reluGradBounded", 5);
  if (!call.ok()) return nullptr;
  const int count = call.size(3);
  const float *x = call.at(0, count), *dy = call.at(1, count);
  float *dx = call.at(2, count);
  if (call.ok()) call.kernels().reluGradBounded(x, dy, dx, count, call.real(4));
  return nullptr;
}

napi_value fakeQuantize(napi_env env, napi_callback_info info) {
  Call call(env, info, "fakeQuantize", 6);
  if (!call.ok()) return nullptr;
  const int count = call.size(2);
  const float *x = call.at(0, count);
  float *y = call.at(1, count);
  if (call.ok()) call.kernels().fakeQuantize(x, y, count, call.real(3), call.real(4), call.real(5));
  return nullptr;
}

napi_value sumRows(napi_env env, napi_callback_info info) {
  Call call(env, info, "sumRows", 4);
  if (!call.ok()) return nullptr;
  const int rows = call.size(2), cols = call.size(3);
  const float *x = call.at(0, product(rows, cols));
  float *y = call.at(1, cols);
  if (call.ok()) call.kernels().sumRows(x, y, rows, cols);
  return nullptr;
}

napi_value adamStep(napi_env env, napi_callback_info info) {
  Call call(env, info, "adamStep", 14);
  if (!call.ok()) return nullptr;
  const int count = call.size(5);
  const float *w = call.at(0, count), *gradient = call.at(2, count);
  float *to = call.at(1, count), *m = call.at(3, count), *v = call.at(4, count);
  if (!call.ok()) return nullptr;
  const AdamConstants constants{call.real(6),  call.real(7),  call.real(8),  call.real(9),
                                call.real(10), call.real(11), call.real(12), call.real(13)};
  call.kernels().adamStep(w, to, gradient, m, v, count, constants);
  return nullptr;
}

/** peakLoop(memory, rounds): the memory is unused. */
napi_value peakLoop(napi_env env, napi_callback_info info) {
  Call call(env, info, "peakLoop", 1);
  if (!call.ok()) return nullptr;
  const int rounds = call.size(0);
  if (!call.ok()) return nullptr;
  napi_value gigaflop;
  napi_create_double(env, call.kernels().peakLoop(rounds), &gigaflop);
  return gigaflop;
}

struct Entry {
  const char *name;
  napi_callback function;
};

constexpr Entry ENTRIES[] = {
    {"convForward", convForward},
    {"convFilterGradient", convFilterGradient},
    {"matMul", matMul},
    {"maxPoolTiled", maxPoolTiled},
    {"maxPoolGradientTiled", maxPoolGradientTiled},
    {"reluGradBounded", reluGradBounded},
    {"fakeQuantize", fakeQuantize},
    {"sumRows", sumRows},
    {"adamStep", adamStep},
    {"peakLoop", peakLoop},
};

void setTable(napi_env env, napi_value exports, const char *name, const Kernels &kernels) {
  napi_value table;
  napi_create_object(env, &table);
  for (const Entry &entry : ENTRIES) {
    napi_value function;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, entry.function, const_cast<Kernels *>(&kernels), &function);
    napi_set_named_property(env, table, entry.name, function);
  }
  napi_set_named_property(env, exports, name, table);
}

/** exports: sourceHash, and one table for each instruction set that this processor has. */
napi_value initialize(napi_env env, napi_value exports) {
  napi_value hash;
  napi_create_string_utf8(env, SOURCE_HASH, NAPI_AUTO_LENGTH, &hash);
  napi_set_named_property(env, exports, "sourceHash", hash);
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2) setTable(env, exports, "avx2", kernelsAvx2);
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    setTable(env, exports, "avx512", kernelsAvx512);
  }
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, initialize)
