/**
 * Fits the kernels' coefficients to the dense reports, with the features and the laws of
 * ../src/unrolled-kernel.ts and ../src/shared-kernel.ts.
 */
import { additionsPerCycle } from "../dist/delay.js";
import { denseKernel, estimateDenseKernel, portBits } from "../dist/estimate-dense.js";
import { priceKernel } from "../dist/price-kernel.js";
import {
  foldingOf,
  sharedFf,
  sharedFfFeatures,
  sharedLut,
  sharedLutFeatures,
} from "../dist/shared-kernel.js";
import { unrolledFf, unrolledLut, unrolledStyle } from "../dist/unrolled-kernel.js";
import { foldsOf, leastSquares, mean, quantile, round } from "./least-squares.js";

/** What the dense reports were made with. */
export const DENSE_CLOCK = { clockPeriodNs: 5, backend: "vivado" };

/** A row of the dense reports as `estimateDense` takes it. */
export function optionsOf(row) {
  const weights = `ap_fixed<${row.prec},1>`;
  return {
    nIn: Number(row.d_in),
    nOut: Number(row.d_out),
    inputType: "ap_fixed<16,6>",
    weightType: weights,
    biasType: weights,
    reuseFactor: Number(row.rf),
    strategy: row.strategy,
  };
}

/** A report beside the kernel it is about; what does not depend on coefficients is worked out once. */
export function sampleOf(row) {
  const kernel = denseKernel(optionsOf(row));
  const { computeCycles } = priceKernel(kernel, DENSE_CLOCK);
  const isShared = kernel.strategy === "resource" && kernel.reuseFactor > 1;
  return {
    row,
    kernel,
    isShared,
    folding: isShared ? foldingOf(kernel) : null,
    // Sharing DSP blocks takes more cycles, but the trees are cut once like the others'.
    cycles: { product: 0, chained: Math.min(2, computeCycles) },
    lut: Number(row.LUT_hls),
    ff: Number(row.FF_hls) - portBits(kernel, computeCycles),
  };
}

const STYLES = ["latency", "latencyShared", "resource"];

function fitUnrolled(samples) {
  const lut = leastSquares(
    samples.map(({ kernel, lut }) => {
      const { multiplierAdderBits, nonZero, dspProducts } = kernel.statistics;
      const style = unrolledStyle(kernel);
      const perStyle = STYLES.map((s) => (s === style ? dspProducts : 0));
      return { features: [multiplierAdderBits, nonZero * 16, ...perStyle], target: lut };
    }),
  );
  const ff = leastSquares(
    samples
      .filter(({ cycles, ff }) => cycles.chained > 1 && ff > 0)
      .map(({ kernel, ff }) => {
        const { lutTerms, dspTerms, lutProducts, dspProducts } = kernel.statistics;
        const style = unrolledStyle(kernel);
        const when = (s, value) => (style === s ? value * 16 : 0);
        return {
          features: [
            style === "latencyShared" ? 0 : lutTerms * 16,
            when("latency", dspTerms),
            when("latencyShared", lutProducts),
            when("latencyShared", dspProducts),
            when("resource", dspTerms),
          ],
          target: ff,
        };
      }),
  );
  return {
    lutPerMultiplierAdderBit: round(lut[0]),
    lutPerAccumulatedBit: round(lut[1]),
    lutPerDsp: { latency: round(lut[2]), latencyShared: round(lut[3]), resource: round(lut[4]) },
    lateLevels: round(additionsPerCycle(DENSE_CLOCK) + Math.log2(ff[0])),
    dspLevels: round(Math.log2(ff[1] / ff[0])),
    ff: {
      perSharedLutProduct: round(ff[2]),
      perSharedDspProduct: round(ff[3]),
      perChainedDspTerm: round(ff[4]),
    },
  };
}

function fitShared(samples) {
  const choices = [...new Set(samples.map(({ folding }) => folding.accumulatorChoice))].sort(
    (a, b) => a - b,
  );
  const lut = leastSquares(
    samples.map(({ kernel, folding, lut }) => ({
      features: [
        ...sharedLutFeatures(kernel, folding),
        ...choices.map((c) => (c === folding.accumulatorChoice ? folding.multipliers : 0)),
      ],
      target: lut,
    })),
  );
  const ff = leastSquares(
    samples.map(({ kernel, folding, ff }) => ({
      features: sharedFfFeatures(kernel, folding),
      target: ff,
    })),
  );
  return {
    lut: {
      constant: round(lut[0], 4),
      perInputBit: round(lut[1], 4),
      perAccumulatorBit: round(lut[2], 4),
      perLutProduct: round(lut[3]),
    },
    lutPerMultiplier: choices.map((choice, i) => [choice, round(lut[4 + i], 4)]),
    ff: {
      constant: round(ff[0]),
      perAccumulatorBit: round(ff[1], 4),
      perRegisteredBit: round(ff[2], 4),
    },
  };
}

/** True over estimated, of LUTs and of flip-flops. */
export function ratiosOf({ kernel, isShared, folding, cycles, lut, ff }, { unrolled, shared }) {
  const estimated = isShared
    ? { lut: sharedLut(kernel, folding, shared), ff: sharedFf(kernel, folding, shared) }
    : {
        lut: unrolledLut(kernel, unrolled),
        ff: unrolledFf(kernel, DENSE_CLOCK, cycles, unrolled),
      };
  return { lut: lut / estimated.lut, ff: estimated.ff === 0 ? null : ff / estimated.ff };
}

/** Coefficients without bands. */
function fitValues(samples) {
  return {
    unrolled: fitUnrolled(samples.filter(({ isShared }) => !isShared)),
    shared: fitShared(samples.filter(({ isShared }) => isShared)),
  };
}

/** [5 %, 95 %] of true over estimated, over reports left out of the fit in turn. */
function bandsOf(samples) {
  const fold = foldsOf(samples, 10);
  const ratios = { unrolled: { lut: [], ff: [] }, shared: { lut: [], ff: [] } };
  for (let f = 0; f < 10; f++) {
    const fitted = fitValues(samples.filter((_, i) => fold[i] !== f));
    for (const sample of samples.filter((_, i) => fold[i] === f)) {
      const { lut, ff } = ratiosOf(sample, fitted);
      const of = sample.isShared ? ratios.shared : ratios.unrolled;
      of.lut.push(lut);
      if (ff !== null) of.ff.push(ff);
    }
  }
  const band = (values) => [round(quantile(values, 0.05), 4), round(quantile(values, 0.95), 4)];
  return {
    unrolled: { lutBand: band(ratios.unrolled.lut), ffBand: band(ratios.unrolled.ff) },
    shared: { lutBand: band(ratios.shared.lut), ffBand: band(ratios.shared.ff) },
  };
}

/** The `unrolled` and `shared` groups of ../src/fitted-coefficients.ts, from `samples` of the dense reports. */
export function fitDense(samples) {
  const values = fitValues(samples);
  const bands = bandsOf(samples);
  return {
    unrolled: { ...values.unrolled, ...bands.unrolled },
    shared: { ...values.shared, ...bands.shared },
  };
}

/**
 * How the estimate does on reports left out of the fit, shares as fractions of 1.
 *
 * @param by column whose values are left out in turn, or `fold` for ten random folds
 */
export function crossValidate(samples, by) {
  const fold = by === "fold" ? foldsOf(samples, 10, 2) : samples.map(({ row }) => row[by]);
  const judged = [...new Set(fold)].flatMap((group) => {
    const coefficients = fitDense(samples.filter((_, i) => fold[i] !== group));
    return samples
      .filter((_, i) => fold[i] === group)
      .map(({ row, kernel }) =>
        judgeReport(row, estimateDenseKernel(kernel, DENSE_CLOCK, coefficients)),
      );
  });
  const share = (read) =>
    mean(
      judged
        .map(read)
        .filter((value) => value !== null)
        .map(Number),
    );
  return {
    lutMedian: quantile(
      judged.map(({ lutError }) => lutError),
      0.5,
    ),
    lutMean: share(({ lutError }) => lutError),
    lutCovered: share(({ lutCovered }) => lutCovered),
    ffMean: share(({ ffError }) => ffError),
    ffCovered: share(({ ffCovered }) => ffCovered),
    dspExact: share(({ dspExact }) => dspExact),
    dspMean: share(({ dspError }) => dspError),
    latencyClose: share(({ latencyClose }) => latencyClose),
    bramExact: share(({ bramExact }) => bramExact),
  };
}

/** One estimate against its report; null where a question does not arise. */
function judgeReport(row, estimate) {
  const [lut, ff, dsp, bram, cycles] = [
    row.LUT_hls,
    row.FF_hls,
    row.DSP_hls,
    row.BRAM_18K_hls,
    row.BestLatency_hls,
  ].map(Number);
  const covered = ([low, high], value) => low <= value && value <= high;
  const isReused = Number(row.rf) > 1;
  return {
    lutError: Math.abs(estimate.lut / lut - 1),
    lutCovered: covered(estimate.band.lut, lut),
    ffError: Math.abs(estimate.ff / ff - 1),
    ffCovered: covered(estimate.band.ff, ff),
    dspExact: isReused && row.prec !== "6" ? estimate.dsp === dsp : null,
    dspError: !isReused && dsp > 0 ? Math.abs(estimate.dsp / dsp - 1) : null,
    latencyClose: Math.abs(estimate.latencyCycles - cycles) <= Math.max(2, 0.05 * cycles),
    bramExact: estimate.bram18 === bram,
  };
}
