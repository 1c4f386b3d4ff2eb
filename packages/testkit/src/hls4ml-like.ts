import type { FixedPointType, IntegerNetwork } from "@cnntargz/contracts";

const fixed = (signed: boolean, width: number, integer: number): FixedPointType => ({
  ...{ signed, width, integer },
  ...{ rounding: "TRN" as const, overflow: "WRAP" as const },
});
const tensor = (shape: number[], values: number[]) => ({
  dtype: "int32" as const,
  shape,
  values: Int32Array.from(values),
});

/**
 * Two dense layers by hand: hidden = relu(W x) with W = 2 * [[0.5, 0.5], [-0.25, -0.5]] (input, output),
 * output = V hidden + 0.25 with V = [[1, 0], [0.5, 0.5]]. For x = [1.5, 0.5] they give [1.25, 1] and
 * [2, 0.75].
 */
export function denseNetwork(): IntegerNetwork {
  const dense = {
    kind: "dense" as const,
    inputShape: [1, 1, 2] as const,
    outputShape: [1, 1, 2] as const,
    weightType: fixed(true, 6, 3),
    biasType: fixed(true, 6, 3),
  };
  return {
    kind: "integer-network",
    schemaVersion: 1,
    name: "two dense layers",
    typeRule: "interval",
    inputShape: [1, 1, 2],
    inputType: fixed(false, 2, 1),
    layers: [
      {
        ...dense,
        name: "hidden",
        activation: "relu",
        accumulatorType: fixed(true, 12, 6),
        resultType: fixed(false, 8, 4),
        weights: tensor([2, 2], [8, 8, -4, -8]),
        bias: tensor([2], [0, 0]),
      },
      {
        ...dense,
        name: "output",
        activation: "linear",
        accumulatorType: fixed(true, 20, 10),
        resultType: fixed(true, 20, 10),
        weights: tensor([2, 2], [8, 0, 4, 4]),
        bias: tensor([2], [2, 2]),
      },
    ],
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
  };
}

/** What the library of layers does, for arrays and for streams. */
const LIBRARY = `#ifndef NNET_HELPERS_H_
#define NNET_HELPERS_H_
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include "hls_stream.h"
#ifndef WEIGHTS_DIR
#define WEIGHTS_DIR "weights"
#endif
namespace nnet {
extern bool trace_enabled;
extern std::map<std::string, void *> *trace_outputs;
template <class T, unsigned N> struct array {
  typedef T value_type;
  static const unsigned size = N;
  T data[N];
  T &operator[](size_t i) { return data[i]; }
  const T &operator[](size_t i) const { return data[i]; }
};
template <class T, size_t N> void load_weights_from_txt(T *w, const char *name) {
  std::FILE *file = std::fopen((std::string(WEIGHTS_DIR) + "/" + name).c_str(), "r");
  double value = 0;
  for (size_t i = 0; i < N; i++) {
    if (!file || std::fscanf(file, i ? ", %lf" : "%lf", &value) != 1) std::exit(1);
    w[i] = value;
  }
  std::fclose(file);
}
template <class X, class R, class C> void dense(X *x, R *r, typename C::weight_t *w, typename C::weight_t *b) {
  for (int o = 0; o < 2; o++) {
    typename C::accum_t sum = b[o];
    for (int i = 0; i < 2; i++) sum += w[i * 2 + o] * x[i];
    r[o] = sum;
  }
}
template <class X, class R, class C> void normalize(X *x, R *r, typename C::scale_t *s, typename C::scale_t *b) {
  for (int o = 0; o < 2; o++) r[o] = x[o] * s[o] + b[o];
}
template <class X, class R, class C> void relu(X *x, R *r) {
  for (int o = 0; o < 2; o++) r[o] = x[o] > 0 ? R(x[o]) : R(0);
}
template <class X, class R, class C, class W> void dense(hls::stream<X> &x, hls::stream<R> &r, W *w, W *b) {
  X in = x.read(); R out;
  dense<typename X::value_type, typename R::value_type, C>(in.data, out.data, w, b);
  r.write(out);
}
template <class X, class R, class C, class W> void normalize(hls::stream<X> &x, hls::stream<R> &r, W *s, W *b) {
  X in = x.read(); R out;
  normalize<typename X::value_type, typename R::value_type, C>(in.data, out.data, s, b);
  r.write(out);
}
template <class X, class R, class C> void relu(hls::stream<X> &x, hls::stream<R> &r) {
  X in = x.read(); R out;
  relu<typename X::value_type, typename R::value_type, C>(in.data, out.data);
  r.write(out);
}
template <class T> void save_layer_output(T &, const char *, size_t) {
  if (trace_enabled && trace_outputs) std::abort();
}
}
#endif
`;

/** How the project is made. */
export interface Hls4mlLikeOptions {
  readonly ioType: "io_stream" | "io_parallel";
  /** The scale of the first layer's second output; 2 is right. */
  readonly scale?: number;
}

/**
 * {@link denseNetwork} as a project in the layout of hls4ml 1.3.0, with its scale in a layer of its own:
 * text by path. The code is ours; `firmware/ap_types` is left to the caller.
 */
export function hls4mlLikeProject({
  ioType,
  scale = 2,
}: Hls4mlLikeOptions): Record<string, string> {
  const streams = ioType === "io_stream";
  const type = (name: string, of: string): string =>
    `typedef ${streams ? `nnet::array<${of}, 2*1>` : of} ${name};`;
  const port = (kind: string, name: string): string =>
    streams ? `hls::stream<${kind}> &${name}` : `${kind} ${name}[2]`;
  const local = (kind: string, name: string): string =>
    streams ? `hls::stream<${kind}> ${name}("${name}");` : `${kind} ${name}[2];`;
  const signature = `void muon(\n    ${port("input_t", "input_1")},\n    ${port("result_t", "layer5_out")}\n)`;
  const saved = (kind: string, name: string, layer: string): string =>
    `#ifndef __SYNTHESIS__\n    nnet::save_layer_output<${streams ? `hls::stream<${kind}>` : `${kind}[2]`}>(${name}, "${layer}", 2);\n#endif`;
  return {
    "project.tcl": 'variable project_name\nset project_name "muon"\nset backend "vitis"\n',
    "build_prj.tcl": "# steps\n",
    "hls4ml_config.yml": `Backend: Vitis
ProjectName: muon
IOType: ${ioType}
InputShapes:
  input_1:
  - 2
KerasModel: !keras_model 'keras_model.keras'
OutputShapes:
  layer5_out:
  - 2
`,
    "firmware/nnet_utils/nnet_helpers.h": LIBRARY,
    "firmware/defines.h": `#ifndef DEFINES_H_
#define DEFINES_H_
#include "ap_fixed.h"
#include "ap_int.h"
#include "nnet_utils/nnet_helpers.h"
${type("input_t", "ap_fixed<16,6>")}
typedef ap_fixed<4,1> weight2_t;
typedef ap_fixed<4,3> scale6_t;
typedef ap_fixed<6,3> weight5_t;
typedef ap_fixed<20,10> hidden_accum_t;
${type("hidden_result_t", "ap_fixed<20,10>")}
${type("hidden_alpha_result_t", "ap_fixed<16,6>")}
${type("layer4_t", "ap_ufixed<8,4,AP_RND_CONV,AP_SAT,0>")}
${type("result_t", "ap_fixed<20,10>")}
#endif
`,
    "firmware/parameters.h": `#ifndef PARAMETERS_H_
#define PARAMETERS_H_
#include "defines.h"
static weight2_t w2[4], b2[2];
static scale6_t s6[2], b6[2];
static weight5_t w5[4], b5[2];
struct config2 { typedef weight2_t weight_t; typedef hidden_accum_t accum_t; };
struct config6 { typedef scale6_t scale_t; };
struct relu_config4 {};
struct config5 { typedef weight5_t weight_t; typedef hidden_accum_t accum_t; };
#endif
`,
    "firmware/muon.h": `#ifndef MUON_H_\n#define MUON_H_\n#include "ap_fixed.h"\n#include "hls_stream.h"\n#include "defines.h"\n${signature};\n#endif\n`,
    "firmware/muon.cpp": `#include <iostream>

#include "muon.h"
#include "parameters.h"

${signature} {
    #pragma HLS DATAFLOW
#ifndef __SYNTHESIS__
    static bool loaded_weights = false;
    if (!loaded_weights) {
        nnet::load_weights_from_txt<weight2_t, 4>(w2, "w2.txt");
        nnet::load_weights_from_txt<weight2_t, 2>(b2, "b2.txt");
        nnet::load_weights_from_txt<scale6_t, 2>(s6, "s6.txt");
        nnet::load_weights_from_txt<scale6_t, 2>(b6, "b6.txt");
        nnet::load_weights_from_txt<weight5_t, 4>(w5, "w5.txt");
        nnet::load_weights_from_txt<weight5_t, 2>(b5, "b5.txt");
        loaded_weights = true;    }
#endif
    ${local("hidden_result_t", "layer2_out")}
    ${local("hidden_alpha_result_t", "layer6_out")}
    ${local("layer4_t", "layer4_out")}

    nnet::dense<input_t, hidden_result_t, config2>(input_1, layer2_out, w2, b2); // hidden
${saved("hidden_result_t", "layer2_out", "hidden")}

    nnet::normalize<hidden_result_t, hidden_alpha_result_t, config6>(layer2_out, layer6_out, s6, b6); // hidden_alpha

    nnet::relu<hidden_alpha_result_t, layer4_t, relu_config4>(layer6_out, layer4_out); // hidden_relu

    nnet::dense<layer4_t, result_t, config5>(layer4_out, layer5_out, w5, b5); // output

}
`,
    "firmware/weights/w2.txt": "0.500, 0.500, -0.250, -0.500",
    "firmware/weights/b2.txt": "0.000, 0.000",
    "firmware/weights/s6.txt": `2.0, ${scale.toFixed(1)}`,
    "firmware/weights/b6.txt": "0.0, 0.0",
    "firmware/weights/w5.txt": "1.000, 0.000, 0.500, 0.500",
    "firmware/weights/b5.txt": "0.250, 0.250",
  };
}
