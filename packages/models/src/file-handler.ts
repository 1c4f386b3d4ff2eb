import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { CnntargzError } from "@cnntargz/contracts";
import { writeFileAtomic } from "@cnntargz/stage-kit";
import { io } from "@tensorflow/tfjs-core";

const MODEL_FILE = "model.json";
const WEIGHTS_FILE = "weights.bin";

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: io.WeightsManifestConfig;
}

/**
 * Saves a TensorFlow.js model to a folder and loads it from there: `model.json` and `weights.bin` in
 * the `layers-model` format, the files that @tensorflow/tfjs-node writes and web pages load.
 */
function fileHandler(folder: string): io.IOHandler {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface wants a promise
    async save({ modelTopology, weightSpecs = [], weightData, ...more }) {
      if (modelTopology === undefined || modelTopology instanceof ArrayBuffer) {
        throw new CnntargzError("config", `${folder}: only layers models can be saved here`);
      }
      const { format, generatedBy, convertedBy = null, trainingConfig } = more;
      const manifest = [{ paths: [WEIGHTS_FILE], weights: weightSpecs }];
      const facts = { modelTopology, format, generatedBy, convertedBy, trainingConfig };
      const weights = io.CompositeArrayBuffer.join(weightData ?? new ArrayBuffer(0));
      writeFileAtomic(join(folder, WEIGHTS_FILE), new Uint8Array(weights));
      writeFileAtomic(
        join(folder, MODEL_FILE),
        JSON.stringify({ ...facts, weightsManifest: manifest }),
      );
      const modelArtifactsInfo = io.getModelArtifactsInfoForJSON({
        modelTopology,
        weightSpecs,
        weightData: weights,
      });
      return { modelArtifactsInfo };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface wants a promise
    async load() {
      const { modelTopology, weightsManifest } = readModelJson(folder);
      const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
      const parts = weightsManifest
        .flatMap(({ paths }) => paths)
        .map((path) => Uint8Array.from(readFileSync(join(folder, path))).buffer);
      return { modelTopology, weightSpecs, weightData: io.CompositeArrayBuffer.join(parts) };
    },
  };
}

function readModelJson(folder: string): ModelJson {
  const path = join(folder, MODEL_FILE);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ModelJson;
  } catch (cause) {
    throw new CnntargzError(
      "artifact",
      `${path} can not be read as a layers model (${(cause as Error).message}); save it again`,
      { cause },
    );
  }
}

/**
 * Let `model.save("file:///...")` and `loadLayersModel("file:///.../model.json")` of TensorFlow.js work
 * without @tensorflow/tfjs-node. Where that is loaded, or the handlers are there already, it does
 * nothing: two handlers for one URL are an error in TensorFlow.js.
 */
export function registerFileHandlers(): void {
  const folderOf = (url: string | string[]): string | null =>
    typeof url === "string" && url.startsWith("file://")
      ? fileURLToPath(url).replace(/[/\\]model\.json$/, "")
      : null;
  const handlerOf = (url: string | string[]): io.IOHandler => {
    const folder = folderOf(url);
    // A router says "not mine" with null, which its type leaves out.
    return folder === null ? (null as unknown as io.IOHandler) : fileHandler(folder);
  };
  const probe = "file:///model.json";
  if (io.getSaveHandlers(probe).length === 0) io.registerSaveRouter(handlerOf);
  if (io.getLoadHandlers(probe).length === 0) io.registerLoadRouter(handlerOf);
}
