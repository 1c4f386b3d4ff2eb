import {
  CnntargzError,
  DatasetConfig,
  type DatasetConfigInput,
  LAYERS,
  parseContract,
} from "@cnntargz/contracts";

const refuse: (message: string) => never = (message) => {
  throw new CnntargzError("config", message);
};

/** Bend of the outermost layer in pixel GeV; facts behind the numbers are in the package's README. */
const BEND_PX_GEV = { flat: 90, calibrated: 127 } as const;
const BEND_SPREAD = 0.25;
const FIELD_TESLA = 0.5;

/** The fields that only some presets have, filled in. */
function presetFields(
  config: DatasetConfig,
): Pick<DatasetConfig, "bendPxGeV" | "bendSpread" | "fieldTesla"> {
  const { preset, bendPxGeV, bendSpread, fieldTesla } = config;
  const only = (field: string, value: number | undefined, presets: string): void => {
    if (value !== undefined) {
      refuse(`${field} is ${value} and preset is ${preset}: ${field} belongs to ${presets}`);
    }
  };
  if (preset !== "calibrated") only("bendSpread", bendSpread, "preset calibrated");
  if (preset !== "helix") only("fieldTesla", fieldTesla, "preset helix");
  switch (preset) {
    case "helix":
      only("bendPxGeV", bendPxGeV, "presets flat and calibrated (helix bends by fieldTesla)");
      return { fieldTesla: fieldTesla ?? FIELD_TESLA };
    case "flat":
      return { bendPxGeV: bendPxGeV ?? BEND_PX_GEV.flat };
    case "calibrated":
      return {
        bendPxGeV: bendPxGeV ?? BEND_PX_GEV.calibrated,
        bendSpread: bendSpread ?? BEND_SPREAD,
      };
    case "imported":
      return refuse(
        "preset is imported, which marks datasets that importDataset has made: " +
          "choose flat, calibrated or helix to generate events",
      );
  }
}

function checkGeometry({ layerRadiiM, fieldRadiusM }: DatasetConfig): void {
  for (let layer = 1; layer < LAYERS; layer++) {
    if (!(layerRadiiM[layer]! > layerRadiiM[layer - 1]!)) {
      refuse(
        `layerRadiiM[${layer}] is ${layerRadiiM[layer]!} and layerRadiiM[${layer - 1}] is ` +
          `${layerRadiiM[layer - 1]!}: radii must grow from layer to layer`,
      );
    }
  }
  const outermost = layerRadiiM[LAYERS - 1]!;
  if (fieldRadiusM >= outermost) {
    refuse(
      `fieldRadiusM is ${fieldRadiusM} and the outermost layer's radius is ${outermost}: ` +
        "the field must begin before the outermost layer, or nothing bends",
    );
  }
}

/**
 * A configuration with every default filled in, also those that depend on the preset.
 *
 * @throws ContractError when a field is not valid; CnntargzError `config` when fields contradict each
 * other, the geometry is impossible, or the noise of a layer would pass 1.
 */
export function resolveConfig(input: DatasetConfigInput): DatasetConfig {
  const { bendPxGeV, bendSpread, fieldTesla, ...common } = parseContract(
    DatasetConfig,
    input,
    "dataset config",
  );
  const config: DatasetConfig = {
    ...common,
    ...presetFields({ ...common, bendPxGeV, bendSpread, fieldTesla }),
  };
  const ordered = (low: "ptMinGeV" | "etaMin", high: "ptMaxGeV" | "etaMax"): void => {
    if (config[low] > config[high]) {
      refuse(
        `${low} is ${config[low]} and ${high} is ${config[high]}: the lower edge must not be above the upper`,
      );
    }
  };
  ordered("ptMinGeV", "ptMaxGeV");
  ordered("etaMin", "etaMax");
  checkGeometry(config);
  if (config.windows === "none") {
    refuse("windows is none, which marks imported 9x16 images: choose disjoint or overlapping");
  }
  const factor = Math.max(...(config.noiseLayerFactors ?? [1])) * config.noiseEventSpread;
  if (config.noisePerPixel * factor > 1) {
    refuse(
      `noisePerPixel is ${config.noisePerPixel} and its factors (noiseLayerFactors, noiseEventSpread) ` +
        `reach ${factor}: their product is a probability and must not pass 1`,
    );
  }
  return config;
}
