// CPU seconds of the trigger figures of a million predictions, against a plain loop over the same
// arrays that only counts the turn-on, in turns within one process; in batches; and of the figures
// themselves once the events are counted.
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { evaluateTrigger, TriggerAccumulator } from "@cnntargz/trigger-eval";

import { cpuSeconds, median } from "./measure.js";

const EVENTS = 1_000_000;
const BATCH = 10_000;
const ROUNDS = 11;

/** Half muons of 3..20 GeV, half background, with a resolution of 15 %. */
function makeEvents() {
  const rng = createRng(deriveKey(1, "bench"));
  const words = new Uint32Array(4);
  const events = {
    predictedPtGeV: new Float32Array(EVENTS),
    truePtGeV: new Float32Array(EVENTS),
    isMuon: new Uint8Array(EVENTS),
    predictedEta: new Float32Array(EVENTS),
    trueEta: new Float32Array(EVENTS),
    window: new Int32Array(EVENTS),
  };
  for (let event = 0; event < EVENTS; event++) {
    rng.block(event, 0, words);
    const [a, b, c, d] = Array.from(words, (word) => (word + 0.5) / 2 ** 32);
    const error = Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
    const isMuon = event % 2;
    events.isMuon[event] = isMuon;
    events.truePtGeV[event] = isMuon * (3 + 17 * c);
    events.predictedPtGeV[event] =
      isMuon === 1 ? events.truePtGeV[event] * (1 + 0.15 * error) : Math.abs(error);
    events.trueEta[event] = isMuon * 1.05 * d;
    events.predictedEta[event] = events.trueEta[event] + 0.005 * error;
    events.window[event] = Math.floor(12 * d);
  }
  return events;
}

/** What a few lines would do: the turn-on and the fake rate. */
function plainLoop({ predictedPtGeV, truePtGeV, isMuon }) {
  const passed = new Float64Array(17);
  const total = new Float64Array(17);
  let fakes = 0;
  for (let event = 0; event < EVENTS; event++) {
    const fires = predictedPtGeV[event] >= 10;
    if (isMuon[event] === 0) {
      if (fires) fakes++;
      continue;
    }
    const bin = Math.floor(truePtGeV[event]) - 3;
    if (bin < 0 || bin > 16) continue;
    total[bin]++;
    if (fires) passed[bin]++;
  }
  return { passed, total, fakes };
}

/** Medians of CPU seconds and of their ratio to the plain loop's, one after the other. */
async function against(events, step) {
  const once = { warmups: 0, runs: 1 };
  const seconds = [];
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const plain = await cpuSeconds(() => plainLoop(events), once);
    seconds.push(await cpuSeconds(step, once));
    ratios.push(seconds.at(-1) / plain);
  }
  return { seconds: median(seconds), ratioToPlainLoop: median(ratios) };
}

/** A million predictions, with and without eta. */
export async function bench() {
  const events = makeEvents();
  const { predictedPtGeV, truePtGeV, isMuon } = events;
  const slices = Array.from({ length: EVENTS / BATCH }, (_, batch) =>
    Object.fromEntries(
      Object.entries(events).map(([name, values]) => [
        name,
        values.subarray(batch * BATCH, (batch + 1) * BATCH),
      ]),
    ),
  );
  const filled = new TriggerAccumulator().add(events);
  const performance = evaluateTrigger(events);
  const counted = plainLoop(events);
  if (
    counted.fakes !== performance.fakeRate.passed ||
    performance.turnOn.some(({ efficiency }, bin) => efficiency.passed !== counted.passed[bin])
  ) {
    throw new Error("the plain loop counts otherwise");
  }
  return {
    events: EVENTS,
    all: await against(events, () => evaluateTrigger(events)),
    withoutEta: await against(events, () => evaluateTrigger({ predictedPtGeV, truePtGeV, isMuon })),
    inBatches: await against(events, () => {
      const accumulator = new TriggerAccumulator();
      for (const slice of slices) accumulator.add(slice);
      return accumulator.performance();
    }),
    figuresAloneSeconds: await cpuSeconds(() => filled.performance(), { runs: 11 }),
    megabytesOfCounts: bytesOf(filled.counts) / 1e6,
  };
}

function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce((sum, inner) => sum + bytesOf(inner), 0);
}
