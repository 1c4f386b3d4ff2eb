// node benchmarks/studies/quantization.js [--out FOLDER] [--only TEXT] [--report]
//
// How well Student and Teacher 9x16 trigger at 2..5 bits, trained (a) as in the slides, (b) by our
// recipe, over seeds. Writes one JSON line per trained network to FOLDER/quantization.jsonl, skips
// what is there already, and then makes tables and figures of it. One process, about half an hour
// of one core.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { fragmentedSource, generateDataset, splitRanges } from "@cnntargz/dataset";
import { loadBackend } from "@cnntargz/models";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { evaluateTrigger } from "@cnntargz/trigger-eval";

import { outputsOf, recipes } from "./quantization-recipes.js";
import { writeReport } from "./quantization-report.js";

const SPLIT = { train: 200_000, validation: 20_000, test: 60_000 };
const EVENTS = SPLIT.train + SPLIT.validation + SPLIT.test;
const PT_SCALE_GEV = 20;

const seedsUpTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

/** What is trained, in this order. */
function plan() {
  const student = (recipe) => (seed) => ({
    network: "student9x16",
    recipe,
    seed,
    widths: recipe === "ours" && seed > 5 ? [5, 4, 3] : [5, 4, 3, 2],
  });
  const teacher = (seed) =>
    ["ours", "plain"].map((recipe) => ({
      network: "teacher9x16",
      recipe,
      seed,
      widths: [5, 4, 3, 2],
    }));
  return [
    ...seedsUpTo(20).map(student("ours")),
    ...seedsUpTo(5).map(student("plain")),
    ...seedsUpTo(5).flatMap(teacher),
  ];
}

const keyOf = ({ network, recipe, seed, bits }) => `${network} ${recipe} ${seed} ${bits}`;

function pointsIn(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** What a line keeps of a proportion; intervals follow from it. */
const countsOf = ({ passed, total }) => [passed, total];

/** Trigger performance on the test events, as counts [passed, total]. */
function performanceOf(dataset, { start, count }, outputs) {
  const perEvent = (value) => Float64Array.from({ length: count }, (_, row) => value(row));
  const performance = evaluateTrigger({
    predictedPtGeV: perEvent((row) => outputs[2 * row] * PT_SCALE_GEV),
    truePtGeV: perEvent((row) => dataset.labels[2 * (start + row)]),
    isMuon: dataset.isMuon.subarray(start, start + count),
  });
  return {
    plateau: countsOf(performance.plateau),
    fakeRate: countsOf(performance.fakeRate),
    ptHalfWidth68GeV: performance.resolution?.halfWidth68GeV ?? null,
    turnOn: performance.turnOn.map(({ efficiency }) => countsOf(efficiency)),
  };
}

async function trainAll(file, only) {
  await loadBackend({ name: "wasm", kernels: "simd" });
  const dataset = generateDataset(
    { events: EVENTS, seed: 1 },
    { rng: createRng(deriveKey(1, "dataset")) },
  );
  const ranges = splitRanges(SPLIT);
  const [train, validation, test] = ["train", "validation", "test"].map((name) =>
    fragmentedSource(dataset, ranges[name]),
  );
  for (const task of plan()) {
    const { network, recipe, seed, widths } = task;
    if (!`${network} ${recipe} ${seed} `.includes(only)) continue;
    const wanted = recipe === "ours" ? [null, ...widths] : widths;
    const done = new Set(pointsIn(file).map(keyOf));
    const open = wanted.filter((bits) => !done.has(keyOf({ ...task, bits })));
    if (open.length === 0) continue;
    // Each width of ours starts from the one before, so an interrupted chain begins anew.
    const run = recipes[recipe](
      { train, validation },
      network,
      seed,
      recipe === "ours" ? widths : open,
    );
    let before = process.cpuUsage();
    for await (const { bits, model, restarts } of run) {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      if (!open.includes(bits)) continue;
      const performance =
        model === null ? null : performanceOf(dataset, ranges.test, await outputsOf(model, test));
      const point = {
        network,
        recipe,
        bits,
        seed,
        events: SPLIT,
        cpuSeconds: Math.round((user + system) / 1e5) / 10,
        processor: cpus()[0]?.model ?? "unknown",
        restarts,
        constantLoss: model?.metrics.constantLoss ?? null,
        validationLosses: model?.metrics.epochs.map(({ validationLoss }) => validationLoss) ?? [],
        performance,
      };
      appendFileSync(file, `${JSON.stringify(point)}\n`);
      const [passed, total] = performance?.plateau ?? [0, 1];
      const plateau = (passed / total).toFixed(4);
      console.error(`${keyOf(point)}: plateau ${plateau}, ${point.cpuSeconds} CPU s`);
    }
  }
}

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs/studies" },
    only: { type: "string", default: "" },
    report: { type: "boolean", default: false },
  },
});
mkdirSync(values.out, { recursive: true });
const file = join(values.out, "quantization.jsonl");
if (!values.report) await trainAll(file, values.only);
await writeReport(pointsIn(file), values.out);
