// A program outside the workspace that has only @cnntargz/hls-codegen: integers in, firmware out.
import { planHls, renderHls } from "@cnntargz/hls-codegen";

const type = (signed, width, integer) => ({
  signed,
  width,
  integer,
  rounding: "TRN",
  overflow: "WRAP",
});
const network = {
  kind: "integer-network",
  schemaVersion: 1,
  name: "tiny",
  typeRule: "interval",
  inputShape: [1, 1, 4],
  inputType: type(false, 2, 1),
  layers: [
    {
      kind: "dense",
      name: "output",
      inputShape: [1, 1, 4],
      outputShape: [1, 1, 2],
      weightType: type(true, 4, 1),
      biasType: type(true, 4, 1),
      accumulatorType: type(true, 10, 5),
      resultType: type(true, 10, 5),
      activation: "linear",
      weights: { dtype: "int32", shape: [4, 2], values: Int32Array.of(1, -2, 3, 0, 7, -8, 0, 5) },
      bias: { dtype: "int32", shape: [2], values: Int32Array.of(1, -1) },
    },
  ],
  labelScaling: { ptScaleGeV: 20, eta: "window" },
  provenance: { stage: "example", packages: {}, seed: 0, inputs: {}, config: null },
};
const project = renderHls(planHls(network, { projectName: "tiny" }), network);
const files = Object.keys(project.files);
if (!project.files["firmware/tiny.cpp"]?.includes("#pragma HLS DATAFLOW")) {
  throw new Error(`no firmware was rendered, only: ${files.join(", ")}`);
}
console.log(`hls-codegen alone renders ${files.length} files`);
