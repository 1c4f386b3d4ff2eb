import type { BitExact, Resources, TriggerPerformance, Verdict } from "@cnntargz/contracts";

import type { Firmware } from "./stages/firmware.js";

/** Trigger figures as plain numbers; fractions, GeV, pixels of the full image. null: not known. */
export interface PerformanceSummary {
  readonly thresholdGeV: number;
  readonly fakeRate: number | null;
  readonly fakeRateUpperLimit: number;
  readonly plateau: number | null;
  readonly plateauLowerLimit: number;
  /** Standard deviation of pT for true pT within 1 GeV of the threshold. */
  readonly resolutionGeV: number | null;
  readonly fiftyPercentGeV: number | null;
  /** Of the fitted turn-on. */
  readonly width1090GeV: number | null;
  /** Half of the 68 % width of eta within the window. */
  readonly etaHalfWidth68Px: number | null;
  /** Accepted muons of a falling spectrum over those above threshold. */
  readonly relativeMuonRate: number | null;
}

/** The one JSON document that `cnntargz run --json` prints. */
export interface RunSummary {
  readonly name: string;
  readonly seed: number;
  readonly status: Verdict["status"];
  /** The rows of the verdict. */
  readonly requirements: Verdict["rows"];
  readonly bitExact: BitExact;
  /** Of the firmware: the integer network on the test set. */
  readonly performance: PerformanceSummary;
  /** Of every trained network, by label. */
  readonly models: Readonly<Record<string, PerformanceSummary>>;
  readonly resources: {
    /** Who counted: an estimate is not a synthesis result. */
    readonly source: string;
    readonly like: string;
    readonly device: string;
    readonly total: Resources;
    readonly percent: Resources;
  };
  readonly latencyCycles: number;
  readonly latencyNs: number;
  readonly initiationInterval: number;
  readonly clockNs: number;
  /** What the firmware takes per clock. */
  readonly input: string;
  /** Digests of dataset, weights and firmware: equal for equal configuration and seed. */
  readonly digests: Readonly<Record<string, string>>;
  /** The run directory. */
  readonly out: string;
}

/** The figures of `performance` as plain numbers. */
export function summarizePerformance(performance: TriggerPerformance): PerformanceSummary {
  const { turnOnFit, rate } = performance;
  return {
    thresholdGeV: performance.thresholdGeV,
    fakeRate: performance.fakeRate.value,
    fakeRateUpperLimit: performance.fakeRateUpperLimit,
    plateau: performance.plateau.value,
    plateauLowerLimit: performance.plateauLowerLimit,
    resolutionGeV: performance.resolution?.stdGeV ?? null,
    fiftyPercentGeV: performance.fiftyPercentGeV?.value ?? null,
    width1090GeV: turnOnFit.status === "fitted" ? turnOnFit.width1090GeV.value : null,
    etaHalfWidth68Px: performance.etaLocalResolution?.halfWidth68Px ?? null,
    relativeMuonRate: rate.status === "known" ? rate.relativeMuonRate.value : null,
  };
}

/** Latency, interval, and resources with their share of the device. */
export function summarizeResources({
  resources,
}: Firmware): Pick<
  RunSummary,
  "resources" | "latencyCycles" | "latencyNs" | "initiationInterval" | "clockNs" | "input"
> {
  const { total, device, source, like, latencyCycles, initiationInterval, clockNs, input } =
    resources;
  const share = (kind: keyof Resources): number => (100 * total[kind]) / device.available[kind];
  return {
    resources: {
      source,
      like,
      device: device.name,
      total,
      percent: {
        lut: share("lut"),
        ff: share("ff"),
        dsp: share("dsp"),
        bram18: share("bram18"),
        uram: share("uram"),
      },
    },
    latencyCycles,
    latencyNs: latencyCycles * clockNs,
    initiationInterval,
    clockNs,
    input,
  };
}
