import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { encodeContract, Predictions, type TriggerPerformance } from "@cnntargz/contracts";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { uniforms } from "@cnntargz/testkit";
import { evaluateTrigger, PUBLISHED_PT_EDGES_GEV } from "@cnntargz/trigger-eval";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cnntargz } from "./run-cnntargz.js";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-evaluate-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const EVENTS = 4000;

/** Events with a plausible trigger, in float32 as every format can hold. */
function makeEvents() {
  const next = uniforms(createRng(deriveKey(1, "evaluate")));
  const column = (value: (event: number) => number) =>
    Float32Array.from({ length: EVENTS }, (_, event) => value(event));
  const isMuon = Uint8Array.from({ length: EVENTS }, () => (next() < 0.6 ? 1 : 0));
  const truePtGeV = column((event) => (isMuon[event] === 1 ? 3 + 17 * next() : 0));
  const predictedPtGeV = column((event) =>
    isMuon[event] === 1 ? truePtGeV[event]! * (0.7 + 0.6 * next()) : 12 * next() ** 4,
  );
  const trueEta = column((event) => (isMuon[event] === 1 ? 1.05 * next() : 0));
  const predictedEta = column((event) => trueEta[event]! + 0.01 * (next() - 0.5));
  const window = Int32Array.from(trueEta, (eta) =>
    next() < 0.02 ? 0 : Math.min(11, Math.floor((eta / 1.05) * 12)),
  );
  return { predictedPtGeV, truePtGeV, isMuon, predictedEta, trueEta, window };
}
const events = makeEvents();
const COLUMNS = {
  predicted_pt_gev: events.predictedPtGeV,
  true_pt_gev: events.truePtGeV,
  is_muon: events.isMuon,
  predicted_eta: events.predictedEta,
  true_eta: events.trueEta,
  window: events.window,
};

/** A .npy file as numpy.save writes it. */
function npy(values: Float32Array | Uint8Array | Int32Array): Uint8Array {
  const descr =
    values instanceof Float32Array ? "<f4" : values instanceof Uint8Array ? "|u1" : "<i4";
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${values.length},), }`;
  const header = `${text.padEnd(117)}\n`;
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]),
    Buffer.from(header),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

function interleaved(a: Float32Array, b: Float32Array) {
  const values = new Float32Array(2 * EVENTS);
  for (let event = 0; event < EVENTS; event++) values.set([a[event]!, b[event]!], 2 * event);
  return { dtype: "float32" as const, shape: [EVENTS, 2], values };
}

function csv(columns: Record<string, ArrayLike<number>>): string {
  const names = Object.keys(columns);
  const rows = Array.from({ length: EVENTS }, (_, event) =>
    names.map((name) => columns[name]![event]!).join(","),
  );
  return [names.join(", "), ...rows, ""].join("\n");
}

beforeAll(() => {
  const predictions: Predictions = {
    kind: "predictions",
    schemaVersion: 1,
    model: "A model, 4 bit",
    predicted: interleaved(events.predictedPtGeV, events.predictedEta),
    truth: interleaved(events.truePtGeV, events.trueEta),
    windows: { chosen: { dtype: "int32", shape: [EVENTS], values: events.window }, stridePx: 32 },
  };
  const json = JSON.stringify(encodeContract(Predictions, predictions, "predictions"));
  writeFileSync(join(folder, "a.json"), json);
  writeFileSync(join(folder, "b.csv"), csv(COLUMNS));
  const arrays = Object.entries(COLUMNS).map(([name, values]) => [`${name}.npy`, npy(values)]);
  writeFileSync(join(folder, "c.npz"), zipSync(Object.fromEntries(arrays) as never));
});

const evaluate = (...args: readonly string[]) => cnntargz(["evaluate", ...args], folder);

interface Evaluations {
  models: { file: string; model: string; performance: TriggerPerformance }[];
}
const json = async (...args: readonly string[]): Promise<Evaluations["models"]> => {
  const { code, stdout, stderr } = await evaluate(...args, "--json");
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as Evaluations).models;
};

describe("cnntargz evaluate", () => {
  it("finds the same in an artifact, in CSV and in numpy's archives: what the library finds", async () => {
    const models = await json("a.json", "b.csv", "c.npz");
    const expected = evaluateTrigger(events);
    expect(models.map(({ file, model }) => [file, model])).toEqual([
      ["a.json", "A model, 4 bit"],
      ["b.csv", "b"],
      ["c.npz", "c"],
    ]);
    for (const { performance } of models) {
      expect(performance).toEqual(JSON.parse(JSON.stringify(expected)));
    }
    expect(expected.turnOnFit.status).toBe("fitted");
    expect(expected.rate.status).toBe("known");
    expect(expected.etaLocalResolution!.events).toBeLessThan(expected.muons);
  });

  it("passes its options on", async () => {
    const [model] = await json(
      ...["b.csv", "--threshold", "8", "--bins", "published", "--scan", "5:6:0.1"],
      ...["--fake-rate", "0.05", "--plateau", "0.5", "--spectrum", "exponential:0.4"],
      ...["--muon-rate", "20000", "--crossing", "50", "--window-stride", "16"],
    );
    const expected = evaluateTrigger(events, {
      thresholdGeV: 8,
      binEdgesGeV: PUBLISHED_PT_EDGES_GEV,
      scanGeV: Array.from({ length: 11 }, (_, i) => 5 + i * 0.1),
      requiredFakeRate: 0.05,
      requiredPlateau: 0.5,
      spectrum: { kind: "exponential", slopePerGeV: 0.4 },
      ...{ muonHz: 20_000, bunchCrossingNs: 50, windowStridePx: 16 },
    });
    expect(model!.performance).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(model!.performance.scan.map(({ thresholdGeV }) => thresholdGeV).at(-1)).toBe(6);
    const [edges] = await json("b.csv", "--bins", "3,10,20", "--spectrum", "none");
    expect(edges!.performance.turnOn).toHaveLength(2);
    expect(edges!.performance.rate).toMatchObject({ status: "none" });
  });

  it("prints models side by side, and the scan when asked", async () => {
    const { code, stdout, stderr } = await evaluate("a.json", "b.csv", "--scan", "8:12:2");
    expect(code).toBe(0);
    expect(stderr).toMatch(/a\.json: \d+ muons, \d+ background/);
    const [merits, turnOn, scan] = stdout.split("\n\n");
    expect(merits).toMatch(/^threshold 10 GeV +A model, 4 bit +b\n/);
    expect(merits).toMatch(/\n {2}sigma \(GeV\) +\d\.\d{3} \+- 0\.\d{3} +\d/);
    expect(turnOn).toMatch(/^turn-on, true pT \(GeV\) .*\n-.*\n3\.\.4 +0\.0000 \(0\.0000\.\.0\./);
    expect(scan).toMatch(/\n8\.000 .*\n10\.000 .*\n12\.000 /);
    expect((await evaluate("b.csv", "--quiet")).stdout.split("\n\n")).toHaveLength(2);
  });

  it("refuses bad input with an exit code and no output", async () => {
    writeFileSync(join(folder, "nan.csv"), "predicted_pt_gev,true_pt_gev\n1,2\nnan,2\n");
    for (const [args, code, message] of [
      [[], 2, /missing required argument 'files'/],
      [["no.csv"], 1, /^error \(artifact\): no\.csv can not be read/],
      [["nan.csv", "--quiet"], 2, /nan\.csv: predictedPtGeV of event 1 is NaN/],
      [["b.csv", "--bins", "5,4"], 2, /rising edges/],
      [["b.csv", "--spectrum", "power:1"], 2, /a power above 1/],
      [["b.csv", "--scan", "5:4:1"], 2, /FROM:TO:STEP/],
    ] as const) {
      const outcome = await evaluate(...args);
      expect(outcome.stderr).toMatch(message);
      expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
    }
  });

  it("explains itself", async () => {
    const { stdout } = await evaluate("--help");
    for (const word of ["predicted_pt_gev", "--threshold", "Examples:", "--scan 5:15:1"]) {
      expect(stdout).toContain(word);
    }
  });
});
