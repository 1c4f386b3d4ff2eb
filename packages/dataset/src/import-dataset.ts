import {
  checkContext,
  CnntargzError,
  DatasetConfig,
  type DatasetInfo,
  ETA_MAX,
  FULL_WIDTH,
  optionsCheck,
  parseContract,
  Pooling,
  type StageContext,
  WindowChoice,
  z,
} from "@cnntargz/contracts";

import { DatasetWriter } from "./dataset-writer.js";
import { FRAGMENT_PIXELS, fragmentImage, WINDOW_WIDTH, windowStride } from "./fragment.js";
import { IMAGE_BYTES, IMAGE_PIXELS } from "./image.js";
import { type NpyArray, type NpyFile, openNpy } from "./npy.js";
import { readNpz } from "./npz.js";
import { allocateDataset, type ToyDataset } from "./toy-dataset.js";

/** Where images and labels are. */
export interface ImportSources {
  /**
   * A .npy file of images, (N, 9, 16) with values 0, 1/2, 1 or (N, 9, 384) with values 0, 1, each
   * also with a last axis of 1; or a .npz file that holds `images` and `labels`.
   */
  readonly images: string;
  /** A .npy file of labels, (N, 2): [pT in GeV, eta], pT 0 for background. Not for .npz. */
  readonly labels?: string | undefined;
}

/** How they are understood. */
export interface ImportOptions {
  /**
   * What the eta label is: `global`, the pseudorapidity 0..1.05 of the 384 pixels, or `window`,
   * (x0 - left edge of the chosen window) / 32. 9x16 images carry no window, so they need `window`.
   */
  readonly eta?: "global" | "window" | undefined;
  /** How 9x384 images are fragmented. */
  readonly windows?: WindowChoice | undefined;
  readonly pooling?: Pooling | undefined;
}

const BLOCK = 4096;
const refuse: (message: string) => never = (message) => {
  throw new CnntargzError("artifact", message);
};

function openNpz(path: string): { images: NpyArray; labels: NpyArray } {
  const { images, labels } = readNpz(path, ["images", "labels"]);
  const missing = (name: string) =>
    refuse(`${path} holds no array ${name}: save it as ${name}=...`);
  return { images: images ?? missing("images"), labels: labels ?? missing("labels") };
}

const checkSources = optionsCheck<ImportSources>("importDataset", {
  images: z.string(),
  labels: z.string().optional(),
});
const checkOptions = optionsCheck<ImportOptions>("importDataset", {
  eta: z.enum(["global", "window"]).optional(),
  windows: WindowChoice.optional(),
  pooling: Pooling.optional(),
});

/** The values that pixels may have, and what is wanted of shapes. */
function kindOf({ name, shape }: NpyArray): "9x16" | "9x384" {
  const image = (
    shape.at(-1) === 1 && shape.length === 4 ? shape.slice(1, 3) : shape.slice(1)
  ).join();
  if (image === "9,16") return "9x16";
  if (image === "9,384") return "9x384";
  return refuse(`${name} has shape (${shape.join(", ")}), (N, 9, 16) or (N, 9, 384) is wanted`);
}

interface Labels {
  readonly values: Float64Array;
  readonly config: DatasetConfig;
}

/** All labels, checked, and the configuration that stands for the imported events. */
function readLabels(
  images: NpyArray,
  labels: NpyArray,
  kind: "9x16" | "9x384",
  options: ImportOptions,
): Labels {
  const { name, shape } = labels;
  if (shape.length !== 2 || shape[1] !== 2 || shape[0] !== images.rows) {
    refuse(
      `${name} has shape (${shape.join(", ")}), (${images.rows}, 2) is wanted: one row [pT in GeV, eta] per image`,
    );
  }
  const values = labels.read(0, labels.rows);
  let muons = 0;
  let [low, high] = [Infinity, 0];
  for (let event = 0; event < images.rows; event++) {
    const [ptGeV, eta] = [values[2 * event]!, values[2 * event + 1]!];
    if (!(Number.isFinite(ptGeV) && ptGeV >= 0 && Number.isFinite(eta))) {
      refuse(`${name}: row ${event} is [${ptGeV}, ${eta}], finite numbers with pT >= 0 are wanted`);
    }
    if (ptGeV === 0) continue;
    muons++;
    low = Math.min(low, ptGeV);
    high = Math.max(high, ptGeV);
  }
  const config = {
    preset: "imported",
    events: images.rows,
    seed: 0,
    ...(muons === 0 ? {} : { ptMinGeV: low, ptMaxGeV: high }),
    efficiency: 1,
    clusterProbability: 0,
    noisePerPixel: 0,
    backgroundFraction: 1 - muons / Math.max(1, images.rows),
    windows: kind === "9x16" ? "none" : (options.windows ?? "disjoint"),
    pooling: options.pooling ?? "average",
  } as const;
  return { values, config: parseContract(DatasetConfig, config, "imported dataset") };
}

/** Put the pixels of one image in place. */
type TakeImage = (values: Float64Array, from: number, to: ToyDataset, row: number) => void;

function takeFragment(name: string): TakeImage {
  return (values, from, to, row) => {
    for (let pixel = 0; pixel < FRAGMENT_PIXELS; pixel++) {
      const value = values[from + pixel]!;
      if (value !== 0 && value !== 0.5 && value !== 1) {
        refuse(
          `${name}: event ${to.firstEvent + row}, pixel ${pixel} is ${value}, it must be 0, 0.5 or 1`,
        );
      }
      to.pixels[row * FRAGMENT_PIXELS + pixel] = 2 * value;
    }
  };
}

function takeImage(name: string): TakeImage {
  return (values, from, to, row) => {
    for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
      const value = values[from + pixel]!;
      if (value === 0) continue;
      if (value !== 1) {
        refuse(
          `${name}: event ${to.firstEvent + row}, pixel ${pixel} is ${value}, it must be 0 or 1`,
        );
      }
      to.images[row * IMAGE_BYTES + (pixel >> 3)]! |= 0x80 >> (pixel & 7);
    }
    to.window[row] = fragmentImage(
      to.images,
      row * IMAGE_BYTES,
      to.pixels,
      row * FRAGMENT_PIXELS,
      to.config,
    );
  };
}

/** Set labels and truth of a row whose window is known. */
function takeLabel(
  ptGeV: number,
  eta: number,
  isLocal: boolean,
  to: ToyDataset,
  row: number,
): void {
  if (ptGeV === 0) return;
  const edge = windowStride(to.config) * to.window[row]!;
  const x0 = isLocal ? edge + WINDOW_WIDTH * eta : (FULL_WIDTH * eta) / ETA_MAX;
  to.isMuon[row] = 1;
  to.x0[row] = x0;
  to.labels[2 * row] = ptGeV;
  // Of 9x16 images only the place within the window is known.
  to.labels[2 * row + 1] = to.config.windows === "none" ? eta : (ETA_MAX * x0) / FULL_WIDTH;
}

/**
 * Make a dataset file of images and labels that were made elsewhere: the 9x16 layout of the slides'
 * authors, or anybody's 9x384 images, which are fragmented here. Charge and hits per layer are not
 * known and stored as 0. Block by block for .npy; a .npz is read whole.
 *
 * @throws CnntargzError `artifact` naming file, event and value when something is not as it should be;
 * `config` when the options do not fit; the signal's reason when aborted.
 */
export async function importDataset(
  path: string,
  sources: ImportSources,
  options: ImportOptions = {},
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): Promise<DatasetInfo> {
  checkSources(sources);
  checkOptions(options);
  checkContext(context, "importDataset");
  const opened: NpyFile[] = [];
  const npy = (file: string): NpyArray => {
    const one = openNpy(file);
    opened.push(one);
    return one.array;
  };
  try {
    const isArchive = sources.images.endsWith(".npz");
    if (isArchive === (sources.labels !== undefined)) {
      throw new CnntargzError(
        "config",
        "give either one .npz file with images and labels, or a .npy file of each",
      );
    }
    const { images, labels } = isArchive
      ? openNpz(sources.images)
      : { images: npy(sources.images), labels: npy(sources.labels!) };
    return await store(path, images, labels, options, context);
  } finally {
    for (const { close } of opened) close();
  }
}

async function store(
  path: string,
  images: NpyArray,
  labels: NpyArray,
  options: ImportOptions,
  context: Pick<StageContext, "signal" | "onProgress">,
): Promise<DatasetInfo> {
  const kind = kindOf(images);
  const eta = options.eta ?? (kind === "9x16" ? "window" : "global");
  if (kind === "9x16" && eta === "global") {
    throw new CnntargzError(
      "config",
      "eta is global and the images are 9x16, whose place among the 384 pixels is not known: give eta in the window, or 9x384 images",
    );
  }
  const { values, config } = readLabels(images, labels, kind, options);
  const take = kind === "9x16" ? takeFragment(images.name) : takeImage(images.name);
  const writer = await DatasetWriter.open(path, config);
  try {
    for (let start = 0; start < images.rows; start += BLOCK) {
      context.signal?.throwIfAborted();
      context.onProgress?.({ task: "dataset: import", fraction: start / images.rows });
      const count = Math.min(BLOCK, images.rows - start);
      const part = allocateDataset(config, { start, count });
      const pixels = images.read(start, count);
      for (let row = 0; row < count; row++) {
        take(pixels, row * images.columns, part, row);
        const event = start + row;
        takeLabel(values[2 * event]!, values[2 * event + 1]!, eta === "window", part, row);
      }
      writer.append(part);
    }
    return writer.close();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
