/**
 * Fits the coefficients of the resource estimator to the reports in ../data and prints how far each
 * is off on reports it has not seen. `--write` writes ../src/fitted-coefficients.ts.
 *
 *   node packages/fpga-eval/scripts/fit-coefficients.js [--write | --check]
 *
 * All fits minimise the sum of squared relative errors. `factor90` is exp(1.645 * rms of ln(true /
 * estimate)) over the left-out reports: nine of ten lie within [estimate / factor, estimate * factor].
 * It reads ../data and nothing else.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { fifoBram18 } from "../dist/fifo.js";
import { crossValidate, fitDense, sampleOf } from "./fit-dense.js";
import { leastSquares, mean, predict, rms, round } from "./least-squares.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The rows of a file in ../data, by column name. */
export function readCsv(name) {
  const [header, ...rows] = readFileSync(here(`../data/${name}`), "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return rows.map((cells) => Object.fromEntries(header.map((key, i) => [key, cells[i]])));
}

/** Dense reports of synthesis runs that ended well. */
export function denseReports() {
  return readCsv("wa_hls4ml_dense_1layer_csynth.csv").filter(
    ({ hls_synth_success }) => hls_synth_success === "TRUE",
  );
}

const logError = (coefficients, sample) => Math.log(sample.target / predict(coefficients, sample));
const factor90 = (errors) => Math.exp(1.645 * rms(errors));

/** Log errors of every sample under coefficients fitted without its group. */
function leaveOneGroupOut(samples) {
  const groups = [...new Set(samples.map(({ group }) => group))];
  return groups.map((group) => {
    const coefficients = leastSquares(samples.filter((s) => s.group !== group));
    const errors = samples
      .filter((s) => s.group === group)
      .map((sample) => logError(coefficients, sample));
    return { group, errors };
  });
}

function describe(title, samples, coefficients, leftOut) {
  console.log(
    `\n${title}: ${samples.length} reports, coefficients ${coefficients.map((c) => round(c)).join(", ")}`,
  );
  for (const { group, errors } of leftOut) {
    const percent = (100 * (Math.exp(rms(errors)) - 1)).toFixed(1);
    console.log(`  left out ${group}: ${errors.length} reports, rms error ${percent} %`);
  }
  console.log(`  90 % factor ${factor90(leftOut.flatMap(({ errors }) => errors)).toFixed(2)}`);
}

/** Adds and comparisons: hls4ml's pooling baselines, whose windows and widths are known. */
function fitPooling(baselines) {
  const find = (part) => baselines.filter(({ test }) => test.includes(part));
  // 1D: 121 x 3 pooled by 2; 2D: 18 x 15 x 3 pooled by 2 x 2; 16-bit values, all windows in parallel.
  const shapes = {
    "valid-MaxPooling1D": 60 * 3,
    "same-MaxPooling1D": 61 * 3,
    "same-MaxPooling2D": 9 * 8 * 3 * 3,
  };
  const comparators = Object.entries(shapes).flatMap(([part, count]) =>
    find(part).map((row) => ({
      group: row.version,
      features: [count * 16],
      target: Number(row.LUT),
    })),
  );
  const comparatorFit = leastSquares(comparators);
  const comparatorLeftOut = leaveOneGroupOut(comparators);
  describe("LUTs of a maximum [per bit]", comparators, comparatorFit, comparatorLeftOut);

  const adders = [
    ...find("valid-AveragePooling1D").map((row) => ({ levels: 1, row })),
    ...find("valid-AveragePooling2D").map((row) => ({ levels: 2, row })),
  ].map(({ levels, row }) => ({
    group: row.test,
    features: [levels],
    target: Number(row.EstimatedClockPeriod),
  }));
  const adderFit = leastSquares(adders);
  describe("nanoseconds of an addition [per level]", adders, adderFit, leaveOneGroupOut(adders));

  const maxima = find("MaxPooling1D").map((row) => ({
    group: row.version,
    features: [1],
    target: Number(row.EstimatedClockPeriod),
  }));
  const maximumFit = leastSquares(maxima);
  describe("nanoseconds of a maximum", maxima, maximumFit, leaveOneGroupOut(maxima));
  return { comparatorFit, comparatorLeftOut, adderFit, maximumFit };
}

/** What a stream between two layers adds: the same test with io_stream and io_parallel ports. */
function fitStreams(baselines) {
  const luts = (version, ioType, activation) =>
    baselines
      .filter((row) => row.version === version)
      .filter(
        ({ test }) => test.includes(`activations_${ioType}-`) && test.endsWith(`-${activation}`),
      )
      .map(({ LUT }) => Number(LUT));
  const pairs = baselines
    .filter(({ backend, test }) => backend === "Vitis" && test.includes("activations_io_stream"))
    .map(({ version, test }) => ({ version, activation: test.split("-").at(-1) }))
    .map(({ version, activation }) => ({
      group: `${version} ${activation}`,
      features: [64 * 16],
      target:
        mean(luts(version, "io_stream", activation)) -
        mean(luts(version, "io_parallel", activation)),
    }))
    .filter(({ target }) => target > 0);
  const fitted = leastSquares(pairs);
  const leftOut = leaveOneGroupOut(pairs);
  describe("LUTs of streaming [per bit of a stream]", pairs, fitted, leftOut);
  return { fitted, leftOut };
}

/** Flip-flops of FIFOs in block RAM, and how often the block RAM law is exact. */
function fitFifos(rows) {
  const exact = rows.filter(
    (r) => fifoBram18(Number(r.depth), Number(r.bits)) === Number(r.BRAM_18K),
  );
  console.log(`\nFIFO law: ${exact.length} of ${rows.length} rows exact`);
  const inBlockRam = rows
    .filter((row) => Number(row.BRAM_18K) > 0 && Number(row.bits) <= 64)
    .map((row) => ({
      group: row.tool_version,
      features: [1, Math.log2(Number(row.depth)), Number(row.bits)],
      target: Number(row.FF),
    }));
  const fitted = leastSquares(inBlockRam);
  const leftOut = leaveOneGroupOut(inBlockRam);
  describe(
    "flip-flops of a FIFO in block RAM [constant, per address bit, per bit]",
    inBlockRam,
    fitted,
    leftOut,
  );
  return { fitted, leftOut };
}

/** Delay of a product in a DSP block: what the clock estimate is when all large products sit in one. */
function dspDelayNs(rows) {
  const periods = rows
    .filter(({ strategy, rf, prec }) => strategy === "latency" && rf === "1" && Number(prec) >= 12)
    .map((row) => Number(row.EstimatedClockPeriod_hls));
  return periods.sort((a, b) => a - b)[Math.floor(periods.length / 2)];
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** Print how the dense estimate does on reports that its coefficients were not fitted to. */
function describeDense(samples) {
  const schemes = [
    ["10 random folds", "fold"],
    ["each weight width in turn", "prec"],
    ["each input size in turn", "d_in"],
    ["each output size in turn", "d_out"],
    ["each reuse factor in turn", "rf"],
  ];
  console.log(`\ndense layers: ${samples.length} reports`);
  for (const [title, by] of schemes) {
    const s = crossValidate(samples, by);
    console.log(
      `  left out ${title}: LUT median error ${percent(s.lutMedian)}, mean ${percent(s.lutMean)}, ` +
        `in band ${percent(s.lutCovered)}; FF mean ${percent(s.ffMean)}, in band ${percent(s.ffCovered)}`,
    );
  }
  const laws = crossValidate(samples, "fold");
  console.log(
    `  laws without coefficients: DSP exact on ${percent(laws.dspExact)} (reuse factor > 1, weights not of 6 bits), ` +
      `cycles within 2 or 5 % on ${percent(laws.latencyClose)}, block RAM exact on ${percent(laws.bramExact)}`,
  );
  console.log(
    `  expected DSP without reuse: off by ${percent(laws.dspMean)} on average, within one 11 or 13 per input`,
  );
}

/** Everything that ../src/fitted-coefficients.ts holds. */
export function fit() {
  const dense = denseReports();
  const baselines = readCsv("hls4ml_ci_baselines_csynth.csv");
  const pooling = fitPooling(baselines);
  const streams = fitStreams(baselines);
  const fifos = fitFifos(readCsv("hls_fifo_resources.csv"));
  const samples = dense.map(sampleOf);
  describeDense(samples);
  const factor = (leftOut) => round(factor90(leftOut.flatMap(({ errors }) => errors)));
  return {
    ...fitDense(samples),
    pooling: {
      lutPerMaximumBit: round(pooling.comparatorFit[0]),
      lutFactor90: factor(pooling.comparatorLeftOut),
    },
    streams: { lutPerBit: round(streams.fitted[0]), lutFactor90: factor(streams.leftOut) },
    fifo: {
      ffConstant: round(fifos.fitted[0]),
      ffPerAddressBit: round(fifos.fitted[1]),
      ffPerBit: round(fifos.fitted[2]),
      ffFactor90: factor(fifos.leftOut),
    },
    delaysNs: {
      addition: round(pooling.adderFit[0]),
      maximum: round(pooling.maximumFit[0]),
      dspProduct: dspDelayNs(dense),
    },
  };
}

/** What the numbers of each group were fitted to, for the data file. */
const SOURCES = {
  unrolled:
    "dense kernels with constant weights, wa_hls4ml_dense_1layer_csynth.csv (Vivado HLS, 16-bit inputs, 5 ns)",
  shared: "dense kernels that reuse multipliers, wa_hls4ml_dense_1layer_csynth.csv",
  pooling:
    "pooling baselines, hls4ml_ci_baselines_csynth.csv (Vivado HLS 2020.1, Vitis HLS 2024.1)",
  streams:
    "io_stream minus io_parallel of the same test, hls4ml_ci_baselines_csynth.csv (Vitis HLS)",
  fifo: "FIFOs in block RAM, at most 64 bits wide, hls_fifo_resources.csv",
  delaysNs: "EstimatedClockPeriod of pooling baselines, and of dense kernels on DSP blocks",
};

/** `value` as TypeScript, nested records indented by `indent`. */
function literal(value, indent) {
  const inner = `${indent}  `;
  if (Array.isArray(value?.[0])) {
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join("")}${indent}]`;
  }
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (typeof value !== "object") return String(value);
  const lines = Object.entries(value).map(
    ([name, item]) => `${inner}${name}: ${literal(item, inner)},`,
  );
  return `{\n${lines.join("\n")}\n${indent}}`;
}

/** The text of ../src/fitted-coefficients.ts. */
export function render(fitted) {
  const groups = Object.entries(fitted).map(
    ([group, values]) =>
      `  /** Source: ${SOURCES[group]}. */\n  ${group}: ${literal(values, "  ")},`,
  );
  return `import type { Coefficients } from "./coefficients.js";

/**
 * Coefficients of the resource estimator, written by scripts/fit-coefficients.js: edit that, not
 * this. A \`...Factor90\` is how many times larger or smaller nine of ten reports left out of the
 * fit are than their estimate, a \`...Band\` is the same as [low, high].
 */
export const FITTED: Coefficients = {\n${groups.join("\n")}\n};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = render(fit());
  const path = here("../src/fitted-coefficients.ts");
  if (process.argv.includes("--write")) {
    writeFileSync(path, text);
  } else if (process.argv.includes("--check") && readFileSync(path, "utf8") !== text) {
    console.error("src/fitted-coefficients.ts differs from the fit: run with --write");
    process.exitCode = 1;
  }
}
