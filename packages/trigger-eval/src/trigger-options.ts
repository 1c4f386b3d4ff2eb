import {
  CnntargzError,
  MuonSpectrum,
  optionsCheck,
  type OptionSchemas,
  z,
} from "@cnntargz/contracts";

import { checkEdges, DEFAULT_ETA_EDGES, DEFAULT_PT_EDGES_GEV } from "./bins.js";
import { LIMIT_UNITS } from "./steps.js";
import { HEAVY_FLAVOUR_SPECTRUM } from "./trigger-rate.js";

/** What is asked of the trigger; defaults are the published ones. */
export interface TriggerOptions {
  /** An event fires when its predicted pT is at or above this. Default 10. */
  readonly thresholdGeV?: number | undefined;
  /** Edges of the turn-on bins in true pT. Default 3, 4, ... 20. */
  readonly binEdgesGeV?: readonly number[] | undefined;
  /** Edges of the bins in true eta. Default 0, 0.05, ... 1.05. */
  readonly etaEdges?: readonly number[] | undefined;
  /** Pixels from one window's left edge to the next one's. Default 32; 16 for windows that overlap. */
  readonly windowStridePx?: number | undefined;
  /** Fake rate that is required, in `fakeRateTest` and as target of a working point. Default 0.002. */
  readonly requiredFakeRate?: number | undefined;
  /** Plateau that is required, as target of a working point. Default 0.95. */
  readonly requiredPlateau?: number | undefined;
  /** Density of true muons for the rate, null for no rate. Default {@link HEAVY_FLAVOUR_SPECTRUM}. */
  readonly spectrum?: MuonSpectrum | null | undefined;
  /** Time between two images. Default 25. */
  readonly bunchCrossingNs?: number | undefined;
  /** Muons of true pT at or above the threshold per second, for the total rate. Default null: not known. */
  readonly muonHz?: number | null | undefined;
  /** Thresholds of the scan, each rounded to 1 MeV. Default 1, 1.5, ... 20. */
  readonly scanGeV?: readonly number[] | undefined;
}

/** {@link TriggerOptions} with nothing left out. */
export type ResolvedTriggerOptions = {
  readonly [K in keyof TriggerOptions]-?: Exclude<TriggerOptions[K], undefined>;
};

const DEFAULT_SCAN_GEV: readonly number[] = Array.from({ length: 39 }, (_, i) => 1 + i / 2);

function refuse(name: string, value: unknown, what: string): never {
  throw new CnntargzError("config", `${name} is ${String(value)}, it must be ${what}`);
}

/** Schemas of {@link TriggerOptions}; `resolveOptions` says more of what makes sense. */
export const triggerOptionSchemas: OptionSchemas<TriggerOptions> = {
  thresholdGeV: z.number().optional(),
  binEdgesGeV: z.array(z.number()).optional(),
  etaEdges: z.array(z.number()).optional(),
  windowStridePx: z.number().optional(),
  requiredFakeRate: z.number().optional(),
  requiredPlateau: z.number().optional(),
  spectrum: MuonSpectrum.nullish(),
  bunchCrossingNs: z.number().optional(),
  muonHz: z.number().nullish(),
  scanGeV: z.array(z.number()).optional(),
};
const checkOptions = optionsCheck<TriggerOptions>("trigger options", triggerOptionSchemas);

/**
 * Options with their defaults.
 *
 * @throws CnntargzError `config` for one that is unknown or makes no sense.
 */
export function resolveOptions(options: TriggerOptions): ResolvedTriggerOptions {
  checkOptions(options);
  const resolved: ResolvedTriggerOptions = {
    thresholdGeV: options.thresholdGeV ?? 10,
    binEdgesGeV: options.binEdgesGeV ?? DEFAULT_PT_EDGES_GEV,
    etaEdges: options.etaEdges ?? DEFAULT_ETA_EDGES,
    windowStridePx: options.windowStridePx ?? 32,
    requiredFakeRate: options.requiredFakeRate ?? 0.002,
    requiredPlateau: options.requiredPlateau ?? 0.95,
    spectrum: options.spectrum === undefined ? HEAVY_FLAVOUR_SPECTRUM : options.spectrum,
    bunchCrossingNs: options.bunchCrossingNs ?? 25,
    muonHz: options.muonHz ?? null,
    scanGeV: options.scanGeV ?? DEFAULT_SCAN_GEV,
  };
  checkEdges("binEdgesGeV", resolved.binEdgesGeV);
  checkEdges("etaEdges", resolved.etaEdges);
  if (resolved.binEdgesGeV[0]! <= 0) {
    refuse("the first of binEdgesGeV", resolved.binEdgesGeV[0], "positive: pT 0 is background");
  }
  for (const name of ["thresholdGeV", "windowStridePx", "bunchCrossingNs", "muonHz"] as const) {
    const value = resolved[name];
    if (value !== null && !(value > 0 && Number.isFinite(value))) refuse(name, value, "positive");
  }
  const { requiredFakeRate, requiredPlateau } = resolved;
  if (!(requiredFakeRate > 0 && requiredFakeRate <= 1)) {
    refuse("requiredFakeRate", requiredFakeRate, "above 0 and at most 1");
  }
  if (!(requiredPlateau >= 0 && requiredPlateau <= 1)) {
    refuse("requiredPlateau", requiredPlateau, "from 0 to 1");
  }
  const wrong = resolved.scanGeV.find((threshold) => !(threshold > 0 && threshold <= LIMIT_UNITS));
  if (wrong !== undefined) refuse("a threshold of scanGeV", wrong, `from 0 to ${LIMIT_UNITS}`);
  return resolved;
}
