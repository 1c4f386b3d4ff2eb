/**
 * Fits the coefficients of the resource estimator to the reports in ../data and prints how far each
 * is off on reports it has not seen. `--write` writes ../src/fitted-coefficients.ts.
 *
 *   node packages/fpga-eval/scripts/fit-coefficients.js [--write]
 *
 * All fits minimise the sum of squared relative errors. `factor90` is exp(1.645 * rms of ln(true /
 * estimate)) over the left-out reports: nine of ten lie within [estimate / factor, estimate * factor].
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { bitLength, canonicalDigitCount } from "../dist/canonical-digits.js";
import { cyclesOf, treeLevels } from "../dist/delay.js";
import { fifoBram18 } from "../dist/fifo.js";
import { cutTerms } from "../dist/pipeline.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

function readCsv(name) {
  const [header, ...rows] = readFileSync(here(`../data/${name}`), "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return rows.map((cells) => Object.fromEntries(header.map((key, i) => [key, cells[i]])));
}

/** Coefficients c that minimise sum(((features . c) - target) / target)^2, by normal equations. */
function leastSquares(samples) {
  const n = samples[0].features.length;
  const matrix = Array.from({ length: n }, () => new Float64Array(n + 1));
  for (const { features, target } of samples) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) matrix[i][j] += (features[i] * features[j]) / target ** 2;
      matrix[i][n] += features[i] / target;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const factor = matrix[j][i] / matrix[i][i];
      for (let k = i; k <= n; k++) matrix[j][k] -= factor * matrix[i][k];
    }
  }
  return matrix.map((row, i) => row[n] / row[i]);
}

const predict = (coefficients, { features }) =>
  features.reduce((sum, feature, i) => sum + feature * coefficients[i], 0);
const logError = (coefficients, sample) => Math.log(sample.target / predict(coefficients, sample));
const rms = (values) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
const factor90 = (errors) => Math.exp(1.645 * rms(errors));
const round = (value) => Number(value.toPrecision(3));

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
    `\n${title}: ${samples.length} reports, coefficients ${coefficients.map(round).join(", ")}`,
  );
  for (const { group, errors } of leftOut) {
    const percent = (100 * (Math.exp(rms(errors)) - 1)).toFixed(1);
    console.log(`  left out ${group}: ${errors.length} reports, rms error ${percent} %`);
  }
  console.log(`  90 % factor ${factor90(leftOut.flatMap(({ errors }) => errors)).toFixed(2)}`);
}

/** Input bits and accumulator bits of every dense report: hls4ml's default ap_fixed<16,6>. */
const DENSE_BITS = 16;

/** Expected counts of a dense layer with `lecun_uniform` weights rounded to `quantized_bits(prec, 0)`. */
function denseFeatures(row) {
  const [inputs, outputs, bits] = [row.d_in, row.d_out, row.prec].map(Number);
  const scale = 2 ** (bits - 1);
  const limit = Math.sqrt(3 / inputs) * scale;
  const counts = { nonZero: 0, adderBits: 0, dsp: 0, mostDigits: 1 };
  for (let k = -scale; k < scale; k++) {
    const probability = (Math.min(k + 0.5, limit) - Math.max(k - 0.5, -limit)) / (2 * limit);
    if (k === 0 || probability <= 0) continue;
    const distinct = inputs * (1 - (1 - probability) ** outputs);
    counts.nonZero += inputs * outputs * probability;
    const digits = canonicalDigitCount(k);
    if (bits >= 8 && digits >= 3) {
      counts.dsp += distinct;
    } else {
      counts.adderBits += distinct * (digits - 1) * (DENSE_BITS + bitLength(k));
      counts.mostDigits = Math.max(counts.mostDigits, digits);
    }
  }
  return counts;
}

/** LUTs, flip-flops and DSPs of fully unrolled dense kernels. */
function fitLatencyKernels(rows, additionNs) {
  const used = rows.filter(
    ({ strategy, rf, prec }) => strategy === "latency" && rf === "1" && Number(prec) >= 4,
  );
  const lut = used.map((row) => {
    const { nonZero, adderBits, dsp } = denseFeatures(row);
    return {
      group: `${row.prec}-bit weights`,
      features: [adderBits, nonZero * DENSE_BITS, dsp],
      target: Number(row.LUT_hls),
    };
  });
  const lutFit = leastSquares(lut);
  const lutLeftOut = leaveOneGroupOut(lut);
  describe(
    "LUTs of unrolled kernels [per multiplier adder bit, per accumulated bit, per DSP]",
    lut,
    lutFit,
    lutLeftOut,
  );
  // Coefficients that 44 dense kernels of other public projects gave, on reports they never saw.
  const foreign = lut
    .filter(({ features }) => features[2] === 0)
    .map((s) => logError([1.62, 1.07, 0], s));
  console.log(
    `  the law as fitted elsewhere (1.62, 1.07), on kernels without DSP: rms error ${(100 * (Math.exp(rms(foreign)) - 1)).toFixed(1)} %`,
  );

  const dsp = used.filter(({ DSP_hls }) => Number(DSP_hls) > 0);
  const dspErrors = dsp.map((row) => Math.log(Number(row.DSP_hls) / denseFeatures(row).dsp));
  console.log(
    `\nDSP law (no coefficient): ${dsp.length} reports, rms error ${(100 * (Math.exp(rms(dspErrors)) - 1)).toFixed(1)} % with expected weights`,
  );

  // At 5 ns these kernels are cut once; io_parallel registers all inputs besides.
  const budgetNs = 5 * (1 - 0.125);
  const ff = used.map((row) => {
    const { nonZero, dsp, mostDigits } = denseFeatures(row);
    const outputs = Number(row.d_out);
    const cuts = cutTerms({
      terms: Math.round(nonZero / outputs),
      multiplierLevels: Math.ceil(Math.log2(mostDigits)),
      levelsPerCycle: budgetNs / additionNs,
      cuts: 1,
    });
    return {
      group: `${row.prec}-bit weights`,
      features: [cuts * outputs * DENSE_BITS, dsp],
      target: Number(row.FF_hls) - Number(row.d_in) * DENSE_BITS,
    };
  });
  const ffFit = leastSquares(ff);
  const ffLeftOut = leaveOneGroupOut(ff);
  describe(
    "flip-flops of unrolled kernels [per bit crossing a pipeline cut, per DSP]",
    ff,
    ffFit,
    ffLeftOut,
  );
  return { lutFit, lutLeftOut, ffFit, ffLeftOut, dspErrors };
}

/** LUTs and flip-flops of dense kernels whose multipliers serve three or more outputs each. */
function fitResourceKernels(rows) {
  const used = rows.filter(
    ({ strategy, rf, d_in }) => strategy === "resource" && Number(rf) >= 3 * Number(d_in),
  );
  const sample = (feature, target) => (row) => ({
    group: `${row.d_in} inputs`,
    features: [feature(row)],
    target: Number(row[target]),
  });
  const multipliers = (row) => Math.ceil((Number(row.d_in) * Number(row.d_out)) / Number(row.rf));
  const lut = used.map(sample((row) => multipliers(row) * DENSE_BITS, "LUT_hls"));
  const ff = used.map(sample((row) => Number(row.d_out) * DENSE_BITS, "FF_hls"));
  const lutFit = leastSquares(lut);
  const ffFit = leastSquares(ff);
  const lutLeftOut = leaveOneGroupOut(lut);
  const ffLeftOut = leaveOneGroupOut(ff);
  describe("LUTs of shared kernels [per multiplier and accumulated bit]", lut, lutFit, lutLeftOut);
  describe("flip-flops of shared kernels [per output bit]", ff, ffFit, ffLeftOut);
  return { lutFit, lutLeftOut, ffFit, ffLeftOut };
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
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
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

/** How often the delays give the latency of unrolled kernels, which is their cycles less one. */
function checkLatency(rows, { addition, dspProduct }) {
  const config = { clockPeriodNs: 5, backend: "vivado" };
  const used = rows.filter(
    ({ strategy, rf, prec }) => strategy === "latency" && rf === "1" && Number(prec) >= 4,
  );
  const exact = used.filter((row) => {
    const { nonZero, dsp, mostDigits } = denseFeatures(row);
    const product = dsp > 0 ? dspProduct : treeLevels(mostDigits) * addition;
    const tree = treeLevels(nonZero / Number(row.d_out)) * addition;
    return cyclesOf(product + tree, config) - 1 === Number(row.BestLatency_hls);
  });
  console.log(
    `\nlatency law (no coefficient of its own): ${exact.length} of ${used.length} reports exact`,
  );
}

/** Everything that ../src/fitted-coefficients.ts holds. */
export function fit() {
  const dense = readCsv("wa_hls4ml_dense_1layer_csynth.csv").filter(
    ({ hls_synth_success }) => hls_synth_success === "TRUE",
  );
  const baselines = readCsv("hls4ml_ci_baselines_csynth.csv");
  const pooling = fitPooling(baselines);
  const kernels = fitLatencyKernels(dense, pooling.adderFit[0]);
  const shared = fitResourceKernels(dense);
  const streams = fitStreams(baselines);
  const fifos = fitFifos(readCsv("hls_fifo_resources.csv"));
  const delaysNs = {
    addition: round(pooling.adderFit[0]),
    maximum: round(pooling.maximumFit[0]),
    dspProduct: dspDelayNs(dense),
  };
  checkLatency(dense, delaysNs);
  const factor = (leftOut) => round(factor90(leftOut.flatMap(({ errors }) => errors)));
  return {
    kernels: {
      lutPerMultiplierAdderBit: round(kernels.lutFit[0]),
      lutPerAccumulatedBit: round(kernels.lutFit[1]),
      lutPerDsp: round(kernels.lutFit[2]),
      lutFactor90: factor(kernels.lutLeftOut),
      ffPerCutBit: round(kernels.ffFit[0]),
      ffPerDsp: round(kernels.ffFit[1]),
      ffFactor90: factor(kernels.ffLeftOut),
    },
    shared: {
      lutPerMultiplierBit: round(shared.lutFit[0]),
      lutFactor90: factor(shared.lutLeftOut),
      ffPerOutputBit: round(shared.ffFit[0]),
      ffFactor90: factor(shared.ffLeftOut),
    },
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
    delaysNs,
  };
}

/** What the numbers of each group were fitted to, for the data file. */
const SOURCES = {
  kernels:
    "unrolled dense kernels, wa_hls4ml_dense_1layer_csynth.csv (Vivado HLS, 16-bit inputs, 5 ns)",
  shared: "dense kernels with shared multipliers, wa_hls4ml_dense_1layer_csynth.csv",
  pooling:
    "pooling baselines, hls4ml_ci_baselines_csynth.csv (Vivado HLS 2020.1, Vitis HLS 2024.1)",
  streams:
    "io_stream minus io_parallel of the same test, hls4ml_ci_baselines_csynth.csv (Vitis HLS)",
  fifo: "FIFOs in block RAM, at most 64 bits wide, hls_fifo_resources.csv",
  delaysNs: "EstimatedClockPeriod of pooling baselines, and of dense kernels on DSP blocks",
};

/** The text of ../src/fitted-coefficients.ts. */
function render(fitted) {
  const groups = Object.entries(fitted).map(([group, values]) => {
    const lines = Object.entries(values).map(([name, value]) => `    ${name}: ${value},`);
    return `  /** Source: ${SOURCES[group]}. */\n  ${group}: {\n${lines.join("\n")}\n  },`;
  });
  return `/**
 * Coefficients of the resource estimator, written by scripts/fit-coefficients.js: edit that, not
 * this. A \`...Factor90\` is how many times larger or smaller nine of ten reports left out of the
 * fit are than their estimate.
 */
export const FITTED = {\n${groups.join("\n")}\n} as const;
`;
}

const text = render(fit());
const path = here("../src/fitted-coefficients.ts");
if (process.argv.includes("--write")) {
  writeFileSync(path, text);
} else if (process.argv.includes("--check") && readFileSync(path, "utf8") !== text) {
  console.error("src/fitted-coefficients.ts differs from the fit: run with --write");
  process.exitCode = 1;
}
