import { HlsProject, parseContract } from "@cnntargz/contracts";
import { fixedType } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { expect, test } from "vitest";

import { dense, network, smallNetwork, studentNetwork } from "./networks.js";

const small = smallNetwork();
const images = Array.from({ length: 48 }, (_, i) => (i * 7) % 4);
const testbench = { inputs: images, outputs: [100, -3, 0, 1024], count: 2 };
const project = renderHls(planHls(small), small, { testbench });
const student = studentNetwork();
const studentProject = renderHls(planHls(student), student);

function lines(path: string, { files } = studentProject): string[] {
  return files[path]!.split("\n");
}

test("two renders give the same bytes", () => {
  expect(renderHls(planHls(small), small, { testbench })).toEqual(project);
});

test("a project honours its contract and says what its top function reads and writes", () => {
  expect(parseContract(HlsProject, project, "project")).toEqual(project);
  expect(project.interface).toEqual({
    ioType: "io_stream",
    inputType: small.inputType,
    inputsPerImage: 24,
    inputChannels: 1,
    outputType: small.layers.at(-1)!.resultType,
    outputsPerImage: 2,
    outputChannels: 2,
    windowType: null,
  });
  expect(project.traceNames).toMatchObject({ conv1: "conv1", output: "output" });
  expect(project.executables).toEqual(["build_lib.sh"]);
});

test("the layout is hls4ml's for Vitis", () => {
  expect(Object.keys(studentProject.files)).toEqual(
    expect.arrayContaining([
      "README.md",
      "build_lib.sh",
      "build_opt.tcl",
      "build_prj.tcl",
      "firmware/defines.h",
      "firmware/myproject.cpp",
      "firmware/myproject.h",
      "firmware/parameters.h",
      "firmware/weights/b21.h",
      "firmware/weights/w2.h",
      "firmware/weights/w2.txt",
      "hls4ml_config.yml",
      "myproject_bridge.cpp",
      "myproject_test.cpp",
      "project.tcl",
      "vivado_synth.tcl",
    ]),
  );
});

test("a Vivado project takes its options from the command line and Vivado's pragma grammar", () => {
  const vivado = renderHls(planHls(small, { backend: "vivado" }), small);
  expect(vivado.files).not.toHaveProperty("build_opt.tcl");
  expect(vivado.files["build_prj.tcl"]).toContain("foreach word $::argv");
  expect(vivado.files["project.tcl"]).toContain('set backend "vivado"');
  expect(lines("firmware/layers/matrix_vector.h", vivado)).toContain(
    "#pragma HLS ALLOCATION instances = mul limit = CONFIG_T::multiplier_limit operation",
  );
});

test("file and function names follow the project's name", () => {
  const named = renderHls(planHls(small, { projectName: "muon" }), small);
  expect(named.projectName).toBe("muon");
  expect(lines("firmware/muon.cpp", named)).toContain(
    "void muon(hls::stream<input_t> &input_1, hls::stream<result_t> &layer8_out) {",
  );
  expect(named.files).toHaveProperty("muon_test.cpp");
});

test("the top function streams between ports, every stream with its depth", () => {
  const whole = renderHls(planHls(student, { fifoDepth: "image" }), student);
  const top = lines("firmware/myproject.cpp", whole);
  expect(top).toContain("#pragma HLS INTERFACE axis port=input_1,layer21_out");
  expect(top).toContain("#pragma HLS DATAFLOW");
  const depths = top.filter((line) => line.startsWith("#pragma HLS STREAM"));
  expect(depths).toEqual(
    [
      [2, 98],
      [5, 60],
      [8, 30],
      [11, 8],
      [15, 1],
      [18, 1],
    ].map(([layer, depth]) => `#pragma HLS STREAM variable=layer${layer!}_out depth=${depth!}`),
  );
});

test("each layer calls the kernel of its strategy with its weights", () => {
  const plan = planHls(student, { layers: { conv4: { strategy: "resource", reuseFactor: 9 } } });
  const top = lines("firmware/myproject.cpp", renderHls(plan, student));
  expect(top).toContain(
    "  nnet::conv_2d_latency<input_t, layer2_t, config2>(input_1, layer2_out, w2, b2);",
  );
  expect(top).toContain(
    "  nnet::conv_2d_resource<layer8_t, layer11_t, config11>(layer8_out, layer11_out, w11, b11);",
  );
  expect(top).toContain(
    "  nnet::dense_latency<layer11_t, layer15_t, config15>(layer11_out, layer15_out, w15, b15);",
  );
});

test("kernels carry the pragmas that make them pipelines, and only those that are used are there", () => {
  const resource = renderHls(planHls(student, { strategy: "resource" }), student);
  const layers = "firmware/layers";
  expect(lines(`${layers}/conv2d.h`)).toContain("#pragma HLS PIPELINE II = CONFIG_T::reuse_factor");
  expect(lines(`${layers}/conv2d.h`)).toContain(
    "#pragma HLS ARRAY_PARTITION variable = lines complete dim = 0",
  );
  expect(lines(`${layers}/matrix_vector.h`)).toContain(
    "#pragma HLS ARRAY_PARTITION variable = weights complete",
  );
  expect(lines(`${layers}/matrix_vector_resource.h`, resource)).toContain(
    "#pragma HLS ARRAY_RESHAPE variable = weights cyclic factor = CONFIG_T::block_factor",
  );
  expect(studentProject.files).not.toHaveProperty(`${layers}/matrix_vector_resource.h`);
  expect(studentProject.files).not.toHaveProperty(`${layers}/pooling.h`);
  expect(project.files).toHaveProperty(`${layers}/pooling.h`);
});

test("an io_parallel top function has arrays for ports, one pass or dataflow inside", () => {
  const parallel = renderHls(planHls(student, { ioType: "io_parallel" }), student);
  const top = lines("firmware/myproject.cpp", parallel);
  expect(top).toContain("void myproject(input_t input_1[144], result_t layer21_out[2]) {");
  expect(top).toContain("#pragma HLS ARRAY_RESHAPE variable=input_1 complete dim=0");
  expect(top).toContain("#pragma HLS INTERFACE ap_vld port=input_1,layer21_out");
  expect(top).toContain("#pragma HLS DATAFLOW");
  expect(top).toContain("  layer2_t layer2_out[98];");
  expect(parallel.files["firmware/defines.h"]).toContain("typedef ap_ufixed<2,1> input_t;");
  expect(parallel.files).not.toHaveProperty("firmware/layers/array.h");
  expect(parallel.interface).toMatchObject({ ioType: "io_parallel", inputChannels: 144 });
  const mlp = network("mlp", [dense("dense1", 8, 4), dense("output", 4, 2, true)]);
  const pipeline = renderHls(planHls(mlp, { ioType: "io_parallel", reuseFactor: 4 }), mlp);
  expect(lines("firmware/myproject.cpp", pipeline)).toContain("#pragma HLS PIPELINE II=4");
});

test("a fragmenter takes strips and gives the window, too", () => {
  const plan = planHls(student, { fragmenter: { windows: "overlapping" } });
  const front = renderHls(plan, student);
  const top = lines("firmware/myproject.cpp", front);
  expect(top).toContain(
    "void myproject(hls::stream<strips_t> &strips, hls::stream<result_t> &layer21_out, hls::stream<window_t> &window) {",
  );
  expect(front.files["firmware/defines.h"]).toContain("typedef ap_ufixed<5,5> window_t;");
  expect(front.interface).toMatchObject({
    inputType: fixedType(false, 32, 32),
    inputsPerImage: 108,
    inputChannels: 12,
    windowType: fixedType(false, 5, 5),
  });
  expect(front.files["hls4ml_config.yml"]).toContain(
    "  Fragmenter: { windows: overlapping, pooling: average }\n",
  );
});

test("types are printed as HLS spells them", () => {
  const defines = lines("firmware/defines.h");
  expect(defines).toContain("typedef nnet::array<ap_ufixed<2,1>, 1> input_t;");
  expect(defines).toContain("typedef ap_fixed<4,1> weight2_t;");
  expect(defines).toContain("typedef ap_fixed<20,10> conv1_accum_t;");
  expect(defines).toContain("typedef ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0> conv1_result_t;");
  expect(defines).toContain("typedef nnet::array<output_result_t, 2> result_t;");
});

test("a weight file holds every weight exactly, with as many decimals as fraction bits", () => {
  const layer = student.layers[3]!;
  if (layer.kind !== "conv2d") throw new TypeError("not a conv2d");
  const texts = studentProject.files["firmware/weights/w11.txt"]!.trimEnd().split(", ");
  expect(texts.every((text) => /^-?\d\.\d{3}$/.test(text))).toBe(true);
  expect(texts.map((text) => Number(text) * 8)).toEqual([...layer.weights.values]);
  const zeros = layer.weights.values.filter((weight) => weight === 0).length;
  expect(zeros).toBeGreaterThan(0);
  const header = lines("firmware/weights/w11.h");
  expect(header.slice(0, 4)).toEqual([
    "//Numpy array shape [3, 3, 6, 6]",
    "//Min -1.000000000000",
    "//Max 0.875000000000",
    `//Number of zeros ${zeros}`,
  ]);
  expect(header).toContain(`static const weight11_t w11[324] = {${texts.join(", ")}};`);
});

test("the test bench's files are exact decimals, one image per line", () => {
  const inputs = project.files["tb_data/tb_input_features.dat"]!.split("\n");
  expect(inputs).toHaveLength(3);
  expect(inputs[0]!.split(" ").map((text) => Number(text) * 2)).toEqual(images.slice(0, 24));
  expect(project.files["tb_data/tb_output_predictions.dat"]).toBe(
    "0.0976562500 -0.0029296875\n0.0000000000 1.0000000000\n",
  );
});

test("a test bench of the wrong size is refused", () => {
  const plan = planHls(small);
  expect(() =>
    renderHls(plan, small, { testbench: { ...testbench, inputs: images.slice(1) } }),
  ).toThrow(/test bench inputs: 2 images of 24 values make 48, there are 47/);
});

test("a plan of another network is refused", () => {
  expect(() => renderHls(planHls(small), student)).toThrow(/made for network small/);
  const renamed = { ...student, name: "small" };
  expect(() => renderHls(planHls(small), renamed)).toThrow(/layer output is not layer 4/);
});

test("outputs that a float64 can not hold are refused", () => {
  const [first] = small.layers;
  const wide = network("wide", [{ ...first!, resultType: fixedType(true, 54, 20) }]);
  expect(() => renderHls(planHls(wide), wide)).toThrow(/at most 53 bits/);
});
