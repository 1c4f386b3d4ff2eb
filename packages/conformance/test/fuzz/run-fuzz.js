// Fuzzes the functions behind the commands in this process: run-fuzz.js SEED COUNT. Every input is a
// mutated valid file; the only outcomes are success and CnntargzError. Tells its parent each input
// before it is tried, and at the end what came out.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CnntargzError, HlsProject, Requirements } from "@cnntargz/contracts";
import { importDataset, readDataset } from "@cnntargz/dataset";
import { parseType, compileNetwork, runReference } from "@cnntargz/fixed-point";
import { configFromNetwork, planHls, renderHls } from "@cnntargz/hls-codegen";
import {
  estimateDesign,
  evaluateFiles,
  readDesign,
  readRecord,
  readResources,
  readRunConfig,
  writeReport,
} from "@cnntargz/orchestrator";
import { parseQuantizer } from "@cnntargz/quant";
import { createRng, deriveKey, readArtifact, writeTree } from "@cnntargz/stage-kit";
import { uniforms } from "@cnntargz/testkit";

import { makeExamples } from "./examples.js";
import { DEEP, Draw, mutateBytes, mutateText, mutateValue } from "./mutate.js";

const [seed, count] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "cnntargz-fuzz-"));
const examples = await makeExamples(folder);
const at = (name) => join(folder, name);
const put = (name, content) => {
  writeFileSync(at(name), content);
  return at(name);
};

/** Text of a changed value: mostly its structure, sometimes the text as well. */
function json(draw, value) {
  const text = JSON.stringify(draw.below(4) === 0 ? value : mutateValue(draw, value));
  const member = text.indexOf(":") + 1;
  // In place of its first member, or of all of it.
  if (draw.below(400) === 0) return text.slice(0, member) + DEEP + text.slice(member + 1);
  return draw.below(4) === 0 ? mutateText(draw, text) : text;
}

const REQUIREMENTS = Requirements.parse({});
const network = put("valid-network.json", JSON.stringify(examples.network));
const model = put("valid-model.json", JSON.stringify(examples.model));
const validLabels = put("valid-labels.npy", examples.labelsNpy);
const validImages = put("valid-images.npy", examples.imagesNpy);
const design = readDesign(network);
const plan = planHls(design.network);
const run = at("run");
mkdirSync(join(run, "stages", "integers-0"), { recursive: true });
mkdirSync(join(run, "stages", "firmware-0"), { recursive: true });
mkdirSync(at("templates/firmware"), { recursive: true });
mkdirSync(at("tree/inside"), { recursive: true });

/** What the commands do with a network: plan, estimate, render, run an image. */
function useDesign(found) {
  estimateDesign(found, REQUIREMENTS);
  configFromNetwork(found.network, { config: found.hls });
  const planned = planHls(found.network, found.hls);
  if (found.network.layers.every(({ outputShape: [h, w, c] }) => h * w * c < 5000)) {
    renderHls(planned, found.network);
    const image = new Int32Array(found.network.inputShape.reduce((a, b) => a * b, 1));
    compileNetwork(found.network).run(image, 1);
    runReference(found.network, image);
  }
}

const evaluate = (path) =>
  evaluateFiles([path], { thresholdGeV: 10, spectrum: null, resamples: 0 });

/** Each kind of file: how often it is drawn, and what is done with a changed one. */
const TARGETS = {
  "run config, JSON": [6, (draw) => readRunConfig(put("run.json", json(draw, examples.runConfig)))],
  "run config, YAML": [
    5,
    (draw) =>
      readRunConfig(
        put("run.yaml", draw.below(200) === 0 ? DEEP : mutateText(draw, examples.runYaml)),
      ),
  ],
  network: [12, (draw) => useDesign(readDesign(put("network.json", json(draw, examples.network))))],
  model: [
    8,
    (draw) => {
      const typeRule = draw.of([undefined, "interval", "hls4ml"]);
      useDesign(readDesign(put("model.json", json(draw, examples.model)), { typeRule }));
    },
  ],
  "float model": [
    3,
    (draw) => {
      const value = mutateValue(draw, { ...examples.model, quantScheme: null });
      const precision = draw.below(2) === 0 ? "ap_fixed<16,6>" : mutateText(draw, "ap_fixed<16,6>");
      useDesign(readDesign(put("float.json", JSON.stringify(value)), { precision }));
    },
  ],
  "HLS config, own": [
    6,
    (draw) => {
      const configFile = put("hls.json", json(draw, examples.hlsConfig));
      useDesign(readDesign(network, { configFile }));
    },
  ],
  "HLS config, hls4ml": [
    8,
    (draw) => {
      const configFile = put("hls4ml.json", json(draw, examples.hls4mlConfig));
      useDesign(readDesign(draw.below(4) === 0 ? model : network, { configFile }));
    },
  ],
  "HLS config, YAML": [
    6,
    (draw) => {
      const configFile = put("hls4ml.yml", mutateText(draw, draw.of(examples.yaml)));
      useDesign(readDesign(network, { configFile }));
    },
  ],
  "predictions, JSON": [
    5,
    (draw) => evaluate(put("predictions.json", json(draw, examples.predictions))),
  ],
  "predictions, CSV": [
    4,
    (draw) => evaluate(put("predictions.csv", mutateText(draw, examples.csv))),
  ],
  "predictions, npz": [
    4,
    (draw) => evaluate(put("predictions.npz", mutateBytes(draw, examples.npz))),
  ],
  images: [
    4,
    (draw) =>
      importDataset(at("imported.h5"), {
        images: put("images.npy", mutateBytes(draw, examples.imagesNpy)),
        labels: validLabels,
      }),
  ],
  labels: [
    3,
    (draw) =>
      importDataset(at("imported.h5"), {
        images: validImages,
        labels: put("labels.npy", mutateBytes(draw, examples.labelsNpy)),
      }),
  ],
  "images, npz": [
    3,
    (draw) =>
      importDataset(at("imported.h5"), {
        images: put("both.npz", mutateBytes(draw, examples.imagesNpz)),
      }),
  ],
  dataset: [5, (draw) => readDataset(put("events.h5", mutateBytes(draw, examples.h5)))],
  report: [
    10,
    (draw) => {
      const [name, text] = draw.of(examples.reports);
      return readResources(put(name, mutateText(draw, mutateText(draw, text))));
    },
  ],
  record: [
    4,
    async (draw) => {
      put("run/record.json", json(draw, examples.record));
      readRecord(run);
      if (draw.below(8) === 0) await writeReport([run], { formats: ["md"], out: at("report") });
    },
  ],
  "run folder": [
    4,
    (draw) => {
      const change = draw.below(2);
      const [manifest, stage] = [examples.manifest, examples.stage];
      put("run/manifest.json", change === 0 ? json(draw, manifest) : JSON.stringify(manifest));
      put(
        "run/stages/integers-0/stage.json",
        change === 1 ? json(draw, stage) : JSON.stringify(stage),
      );
      put("run/stages/integers-0/network.json", JSON.stringify(examples.network));
      put(
        "run/stages/firmware-0/stage.json",
        JSON.stringify({ stage: "firmware", key: "", files: {} }),
      );
      useDesign(readDesign(run));
    },
  ],
  project: [
    4,
    (draw) => {
      const value = mutateValue(draw, { files: examples.project.files });
      const project = readArtifact(
        put("project.json", json(draw, { ...examples.project, ...value })),
        HlsProject,
      );
      writeTree(at("tree/inside"), project.files, project.executables);
    },
  ],
  templates: [
    3,
    (draw) => {
      put("templates/firmware/mine.h.hbs", mutateText(draw, examples.template));
      renderHls(plan, design.network, { templates: at("templates") });
    },
  ],
  notation: [
    2,
    (draw) => {
      if (draw.below(2) === 0) parseQuantizer(mutateText(draw, draw.of(examples.notation)));
      else parseType(mutateText(draw, draw.of(examples.types)));
    },
  ],
};
const names = Object.entries(TARGETS).flatMap(([name, [weight]]) => Array(weight).fill(name));

const faults = [];
const outcomes = {};
let current = "";
const tally = (what) => {
  outcomes[current] ??= {};
  outcomes[current][what] = (outcomes[current][what] ?? 0) + 1;
};
const isOurs = (error) => error instanceof CnntargzError;
const note = (input, error) => {
  tally("fault");
  if (faults.length < 50)
    faults.push({ input, kind: current, error: error?.stack ?? String(error) });
};
let input = 0;
process.on("unhandledRejection", (error) => {
  note(input, error);
});

const outside = () => readdirSync(at("tree")).join() !== "inside";
const only = process.argv[4] === undefined ? null : Number(process.argv[4]);
for (input = only ?? 0; input < (only === null ? count : only + 1); input += 1) {
  const draw = new Draw(uniforms(createRng(deriveKey(seed, `fuzz ${input}`))));
  current = draw.of(names);
  process.send?.({ input, kind: current });
  try {
    await TARGETS[current][1](draw);
    tally("taken");
  } catch (error) {
    if (isOurs(error)) tally(error.code);
    else note(input, error);
  }
  if (outside()) {
    note(input, new Error(`written outside: ${readdirSync(at("tree")).join(", ")}`));
    break;
  }
}
rmSync(folder, { recursive: true, force: true });
const { maxRSS } = process.resourceUsage();
const { user, system } = process.cpuUsage();
const result = { faults, outcomes, peakBytes: maxRSS * 1024, cpuSeconds: (user + system) / 1e6 };
if (process.send === undefined) process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
else process.send({ result });
