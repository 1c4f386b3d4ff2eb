// Valid examples of every kind of file that a user may give, made by the packages themselves.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  IntegerNetwork,
  HlsConfig,
  HlsProject,
  Predictions,
  encodeContract,
} from "@cnntargz/contracts";
import { generateDataset, writeDataset } from "@cnntargz/dataset";
import { configFromNetwork, planHls, renderHls } from "@cnntargz/hls-codegen";
import { presetConfig } from "@cnntargz/orchestrator";
import { nBitScheme } from "@cnntargz/quant";
import { createRng, deriveKey, digestJson } from "@cnntargz/stage-kit";
import { randomNetwork } from "@cnntargz/testkit";
import { evaluatePredictions } from "@cnntargz/trigger-eval";
import { strToU8, zipSync } from "fflate";
import { stringify } from "yaml";

const REPORTS = fileURLToPath(new URL("../../../fpga-eval/test/fixtures/reports", import.meta.url));

/** A .npy file of format version 1.0. */
function npy(descr, shape, bytes) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const length = Math.ceil((text.length + 11) / 64) * 64;
  const header = Buffer.alloc(length, " ");
  Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]).copy(header);
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10);
  header[length - 1] = 10;
  return Buffer.concat([header, bytes]);
}

const bytesOf = (values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

function trainedModel() {
  const spec = {
    name: "small",
    inputShape: [5, 6, 1],
    layers: [
      {
        kind: "conv2d",
        name: "conv1",
        filters: 2,
        kernelSize: [3, 3],
        strides: [1, 1],
        padding: "same",
        activation: "relu",
      },
      { kind: "maxPool2d", name: "pool1", poolSize: [2, 2], strides: [2, 2], padding: "valid" },
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "output", units: 2, activation: "linear" },
    ],
  };
  const tensor = (shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, (_, i) => ((i * 37) % 15) / 16 - 0.4);
    return { dtype: "float32", shape, data: bytesOf(values).toString("base64") };
  };
  return {
    kind: "trained-model",
    schemaVersion: 1,
    spec,
    quantScheme: {
      ...nBitScheme(spec, 4),
      default: { kernel: "quantized_bits(6,0,1)", bias: "quantized_bits(6,0,1)" },
    },
    inputType: { signed: false, width: 2, integer: 1, rounding: "TRN", overflow: "WRAP" },
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    weights: {
      "conv1/kernel": tensor([3, 3, 1, 2]),
      "conv1/bias": tensor([2]),
      "output/kernel": tensor([12, 2]),
      "output/bias": tensor([2]),
    },
    metrics: { epochs: [], constantLoss: 1, restarts: 0 },
    provenance: { stage: "train", packages: {}, seed: 1, inputs: {}, config: null },
  };
}

function predictions(count) {
  const truth = Float32Array.from({ length: 2 * count }, (_, i) =>
    i % 4 === 0 ? 5 + (i % 60) / 3 : 0.1 + (i % 9) / 10,
  );
  for (let event = 0; event < count; event += 5) truth.set([0, 0], 2 * event);
  const predicted = Float32Array.from(truth, (value, i) => value + ((i % 7) - 3) / 10);
  const tensor = (values) => ({ dtype: "float32", shape: [count, 2], values });
  return {
    kind: "predictions",
    schemaVersion: 1,
    model: "a model",
    predicted: tensor(predicted),
    truth: tensor(truth),
  };
}

/** A run's record without firmware. */
function record(performance) {
  return {
    kind: "run-record",
    schemaVersion: 1,
    title: "small, seed 1",
    sample: "toy simulation",
    models: [{ label: "Student", parameters: 10, training: null, performance }],
    judged: "Student",
    bits: 4,
    hints: null,
    requirements: {},
    verdict: { kind: "verdict", schemaVersion: 1, status: "pass", rows: [] },
    resources: null,
    otherReports: [],
    bitExact: null,
    atNoise: [],
    profile: null,
    events: null,
    config: { name: "small" },
    command: "cnntargz run small.yaml",
    provenance: [{ name: "seed", value: "1" }],
  };
}

/**
 * The examples: name, how they are changed, and the value, text or bytes.
 *
 * @param {string} folder where a dataset may be written for a moment
 */
export async function makeExamples(folder) {
  const network = randomNetwork(2, { imageLayers: 3, imageSize: 7 });
  const config = configFromNetwork(network);
  const hls = HlsConfig.parse({ layers: { conv1: { reuseFactor: 2 } }, fragmenter: null });
  const events = generateDataset(
    { events: 40, seed: 1 },
    { rng: createRng(deriveKey(1, "events")) },
  );
  const h5 = join(folder, "events.h5");
  await writeDataset(h5, events);
  const made = predictions(200);
  const columns = (at, of) => Float64Array.from({ length: 200 }, (_, event) => of[2 * event + at]);
  const npyOf = (values) => npy("<f8", [200], bytesOf(values));
  const csv = ["predicted_pt_gev,true_pt_gev,predicted_eta,true_eta"];
  for (let event = 0; event < 200; event += 1) {
    const of = (tensor) => tensor.values.subarray(2 * event, 2 * event + 2);
    const [[pt, eta], [truePt, trueEta]] = [of(made.predicted), of(made.truth)];
    csv.push([pt, truePt, eta, trueEta].join(","));
  }
  const images = Buffer.alloc(40 * 9 * 16 * 4);
  const labels = Buffer.from(
    Float32Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 3 + i : 0.5)).buffer,
  );
  const imagesNpy = npy("<f4", [40, 9, 16], images);
  const labelsNpy = npy("<f4", [40, 2], labels);
  const project = renderHls(planHls(network), network);
  const encoded = encodeContract(IntegerNetwork, network, "network");
  const files = { "network.json": "0".repeat(64) };
  const reports = readdirSync(REPORTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:rpt|xml|log|app)$/.test(entry.name))
    .map((entry) => [
      entry.name,
      readFileSync(join(entry.parentPath ?? entry.path, entry.name), "utf8"),
    ])
    .filter(([, text]) => text.length < 60_000);
  return {
    network: encoded,
    model: trainedModel(),
    hls4mlConfig: config,
    hlsConfig: hls,
    yaml: [stringify(config), stringify(hls)],
    runConfig: presetConfig("demo"),
    runYaml: stringify(presetConfig("demo")),
    predictions: encodeContract(Predictions, made, "predictions"),
    csv: csv.join("\n"),
    npz: Buffer.from(
      zipSync({
        "predicted_pt_gev.npy": npyOf(columns(0, made.predicted.values)),
        "true_pt_gev.npy": npyOf(columns(0, made.truth.values)),
      }),
    ),
    imagesNpy,
    labelsNpy,
    imagesNpz: Buffer.from(
      zipSync({ "images.npy": imagesNpy, "labels.npy": labelsNpy, "a.txt": strToU8("a") }),
    ),
    h5: readFileSync(h5),
    reports,
    record: record(evaluatePredictions(made)),
    project: encodeContract(HlsProject, project, "project"),
    manifest: {
      kind: "run-manifest",
      schemaVersion: 1,
      config: { name: "small", hls },
      stages: { integers: digestJson(files), firmware: digestJson({}) },
    },
    stage: { stage: "integers", key: "0".repeat(64), files },
    template:
      "{{projectName}} {{#each layers}}{{name}} {{#if config}}{{config.name}}{{/if}}\n{{/each}}",
    notation: [
      "quantized_bits(4,0,1,alpha='auto_po2')",
      "quantized_relu(4,2)",
      "bernoulli()",
      "ternary(alpha=1.0)",
    ],
    types: ["ap_fixed<16,6,AP_RND_CONV,AP_SAT,0>", "ap_ufixed<4,0>", "fixed<8,2>", "ap_int<7>"],
  };
}
