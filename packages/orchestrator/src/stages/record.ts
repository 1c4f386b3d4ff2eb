import {
  type BackendSpec,
  type BitExact,
  type ModelRecord,
  type NetworkProfile,
  parseContract,
  type Predictions,
  RunRecord,
  type TrainedModel,
  type TriggerPerformance,
  type Verdict,
} from "@cnntargz/contracts";
import { synthesisLike } from "@cnntargz/fpga-eval";
import { countParameters } from "@cnntargz/models";
import { renderReport } from "@cnntargz/report";
import { artifactText } from "@cnntargz/stage-kit";

import type { RunContext } from "../run-context.js";
import { ownVersion } from "../versions.js";
import type { RunData } from "./dataset.js";
import type { Firmware } from "./firmware.js";
import { sampleEvents } from "./sample-events.js";

/** A trained network and what it does on the test set. */
export interface EvaluatedModel {
  readonly label: string;
  readonly model: TrainedModel;
  readonly predictions: Predictions;
  readonly performance: TriggerPerformance;
}

/** What a run has found out. */
export interface RunResults {
  readonly backend: BackendSpec;
  readonly models: readonly EvaluatedModel[];
  /** The one of them that goes into the firmware. */
  readonly judged: EvaluatedModel;
  readonly firmware: Firmware;
  readonly bitExact: BitExact;
  readonly atNoise: RunRecord["atNoise"];
  readonly profile: NetworkProfile;
  readonly verdict: Verdict;
  readonly digests: Readonly<Record<string, string>>;
}

/** File names in a run directory. */
export const RECORD_FILE = "record.json";
const CONFIG_FILE = "config.json";

function modelRecord({ label, model, performance }: EvaluatedModel): ModelRecord {
  const { kind, schemaVersion, spec, quantScheme, inputType, labelScaling } = model;
  const { metrics, provenance } = model;
  return {
    label,
    parameters: countParameters(spec),
    // Without the weights.
    training: {
      ...{ kind, schemaVersion, spec, quantScheme, inputType, labelScaling },
      ...{ metrics, provenance },
    },
    performance,
  };
}

function recordOf(run: RunContext, data: RunData, results: RunResults): RunRecord {
  const { config } = run;
  const { backend, models, judged, firmware, digests } = results;
  // What was taken, so that the same is taken where `auto` would find another.
  const resolved = JSON.parse(JSON.stringify({ ...config, backend })) as RunRecord["config"];
  return {
    kind: "run-record",
    schemaVersion: 1,
    title: `${config.name}, seed ${config.seed}`,
    sample: config.dataset.preset === "imported" ? "imported events" : "toy simulation",
    models: models.map(modelRecord),
    judged: judged.label,
    bits: config.quantization.bits,
    hints: config.distillation,
    requirements: config.requirements,
    verdict: results.verdict,
    resources: firmware.resources,
    otherReports: [synthesisLike(firmware.resources)],
    bitExact: results.bitExact,
    atNoise: results.atNoise,
    profile: results.profile,
    events: sampleEvents(
      data.dataset,
      data.ranges.test,
      models.map(({ predictions }) => predictions),
      models.indexOf(judged),
      judged.performance.thresholdGeV,
      run.stageContext("event-sample").rng,
    ),
    config: resolved,
    command: `npx --package=@cnntargz/orchestrator@${ownVersion()} cnntargz run ${CONFIG_FILE}`,
    provenance: [
      { name: "program", value: `cnntargz ${ownVersion()}` },
      { name: "seed", value: String(config.seed) },
      { name: "backend", value: [backend.name, backend.kernels ?? []].flat().join(" ") },
      ...Object.entries(digests).map(([name, value]) => ({ name: `${name} (SHA-256)`, value })),
    ],
  };
}

/**
 * What the run has found out, as files: `record.json`, `config.json` to run it again, and its report.
 */
export async function recordFiles(
  run: RunContext,
  data: RunData,
  results: RunResults,
): Promise<Record<string, string | Uint8Array>> {
  const started = performance.now();
  const text = artifactText(RunRecord, recordOf(run, data, results));
  // As it reads back, fields in their written order: `cnntargz report` makes the same bytes of it.
  const record = parseContract(RunRecord, JSON.parse(text), RECORD_FILE);
  const report = await renderReport(record);
  run.console.info(`report: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return {
    [RECORD_FILE]: text,
    [CONFIG_FILE]: `${JSON.stringify(record.config, null, 2)}\n`,
    ...report,
  };
}
