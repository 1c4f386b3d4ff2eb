import { open } from "node:fs/promises";
import { basename, extname } from "node:path";

import { CnntargzError, Predictions } from "@cnntargz/contracts";
import { readNpz } from "@cnntargz/dataset";
import { predictionsInput, type TriggerInput } from "@cnntargz/trigger-eval";

import { readRecorded } from "./recorded-digest.js";

/** Names of the columns of a .csv file and of the arrays of a .npz file. */
const COLUMNS = [
  "predicted_pt_gev",
  "true_pt_gev",
  "is_muon",
  "predicted_eta",
  "true_eta",
  "window",
] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED = ["predicted_pt_gev", "true_pt_gev"] as const;

/** Events read at once. */
const BATCH = 65_536;

/** The predictions in a file. */
export interface PredictionsFile {
  /** Who predicted: as an artifact says it, else the name of the file. */
  readonly model: string;
  /** As an artifact says it, in pixels. */
  readonly windowStridePx?: number | undefined;
  /** The events, in order. */
  readonly batches: Iterable<TriggerInput> | AsyncIterable<TriggerInput>;
}

function refuse(message: string): never {
  throw new CnntargzError("artifact", message);
}

/** Columns as events; without `is_muon` those of true pT 0 are background. */
function eventsOf(columns: Partial<Record<Column, Float64Array>>): TriggerInput {
  const truePtGeV = columns.true_pt_gev!;
  return {
    predictedPtGeV: columns.predicted_pt_gev!,
    truePtGeV,
    isMuon: columns.is_muon ?? Uint8Array.from(truePtGeV, (pt) => (pt === 0 ? 0 : 1)),
    predictedEta: columns.predicted_eta,
    trueEta: columns.true_eta,
    window: columns.window,
  };
}

function checkColumns(path: string, has: (column: Column) => boolean, found: string): void {
  const missing = REQUIRED.filter((column) => !has(column));
  if (missing.length > 0) {
    refuse(
      `${path} has no ${missing.join(" and no ")} (${found}); it may hold ${COLUMNS.join(", ")}`,
    );
  }
}

function* readColumns(path: string): Iterable<TriggerInput> {
  const arrays = readNpz(path, COLUMNS);
  const names = COLUMNS.filter((column) => arrays[column] !== undefined);
  checkColumns(path, (column) => names.includes(column), `arrays: ${names.join(", ") || "none"}`);
  const { rows } = arrays.true_pt_gev!;
  for (const column of names) {
    const { shape } = arrays[column]!;
    if (shape.length !== 1 || shape[0] !== rows) {
      refuse(
        `${path} (${column}) has shape (${shape.join(", ")}), (${rows}) is wanted as in true_pt_gev`,
      );
    }
  }
  for (let start = 0; start < rows; start += BATCH) {
    const count = Math.min(BATCH, rows - start);
    yield eventsOf(
      Object.fromEntries(names.map((column) => [column, arrays[column]!.read(start, count)])),
    );
  }
}

function numberIn(text: string, path: string, line: number, column: string): number {
  const value = Number(text);
  if (text.trim() === "" || (Number.isNaN(value) && !/^[+-]?nan$/i.test(text.trim()))) {
    refuse(`${path}:${line} ${column} is ${JSON.stringify(text)}, a number is wanted`);
  }
  return value;
}

async function* readLines(path: string): AsyncIterable<TriggerInput> {
  const file = await open(path).catch((cause: unknown) => {
    throw new CnntargzError("artifact", `${path} can not be read: ${(cause as Error).message}`, {
      cause,
    });
  });
  let header: string[] | null = null;
  let columns: { readonly name: Column; readonly at: number; readonly values: number[] }[] = [];
  let line = 0;
  const taken = (): TriggerInput =>
    eventsOf(
      Object.fromEntries(
        columns.map(({ name, values }) => [name, Float64Array.from(values.splice(0))]),
      ),
    );
  try {
    for await (const text of file.readLines()) {
      line++;
      if (text.trim() === "") continue;
      const cells = text.split(",");
      if (header === null) {
        header = cells.map((cell) => cell.trim());
        const at = new Map(header.map((name, index) => [name, index]));
        checkColumns(path, (column) => at.has(column), `first line: ${header.join(", ")}`);
        columns = COLUMNS.filter((name) => at.has(name)).map((name) => ({
          name,
          at: at.get(name)!,
          values: [],
        }));
        continue;
      }
      if (cells.length !== header.length) {
        refuse(`${path}:${line} has ${cells.length} values, the first line names ${header.length}`);
      }
      for (const { name, at, values } of columns) {
        values.push(numberIn(cells[at]!, path, line, name));
      }
      if (columns[0]!.values.length === BATCH) yield taken();
    }
  } finally {
    await file.close();
  }
  if (header === null) refuse(`${path} is empty: its first line must name columns`);
  yield taken();
}

/**
 * Open predictions: a `Predictions` artifact (.json), or columns of a .csv or .npz file called
 * `predicted_pt_gev`, `true_pt_gev` and, each when it is there, `is_muon` (1 or 0; without it
 * events of true pT 0 are background), `predicted_eta` with `true_eta` (pseudorapidity), `window`.
 * Others are not looked at.
 *
 * @throws CnntargzError `artifact` when the file can not be read or understood, while the batches
 * are read too; ContractError when an artifact is not valid.
 */
export function openPredictions(path: string): PredictionsFile {
  const extension = extname(path);
  if (extension === ".json") {
    const predictions = readRecorded(path, Predictions);
    return {
      model: predictions.model,
      windowStridePx: predictions.windows?.stridePx,
      batches: [predictionsInput(predictions)],
    };
  }
  const model = basename(path, extension);
  if (extension === ".npz") return { model, batches: readColumns(path) };
  if (extension === ".csv") return { model, batches: readLines(path) };
  return refuse(`${path} is of no known kind: .json, .npz and .csv are read`);
}
