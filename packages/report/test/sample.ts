import type {
  EventSample,
  LayerProfile,
  ModelRecord,
  NetworkSpec,
  Proportion,
  PtResolution,
  RunRecord,
  SampledEvent,
  ScanPoint,
  SignalProfile,
  TriggerPerformance,
} from "@cnntargz/contracts";

const EDGES = [3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20];
const FIXED = { signed: false, width: 2, integer: 1, rounding: "TRN", overflow: "WRAP" } as const;

/** A proportion with a normal-approximation interval; the report prints intervals, it makes none. */
function proportion(passed: number, total: number): Proportion {
  const value = passed / total;
  const half = Math.sqrt((value * (1 - value)) / total);
  return {
    passed,
    total,
    value,
    low: Math.max(0, value - half),
    high: Math.min(1, value + half),
    confidence: 0.682689492137,
  };
}

function resolution(ptLowGeV: number, ptHighGeV: number, stdGeV: number): PtResolution {
  const pt = (ptLowGeV + ptHighGeV) / 2;
  return {
    ...{ ptLowGeV, ptHighGeV, events: 11_000 },
    ...{ biasGeV: -0.12, biasErrorGeV: 0.016, stdGeV, stdErrorGeV: 0.02 },
    ...{ halfWidth68GeV: (1.4 / 1.62) * stdGeV, halfWidth68ErrorGeV: 0.015 },
    inversePt: {
      ...{ events: 11_000, bias: 0.02, biasError: 0.002, std: stdGeV / pt, stdError: 0.003 },
      ...{ halfWidth68: (0.9 * stdGeV) / pt, halfWidth68Error: 0.002 },
    },
  };
}

function performance(widthGeV: number, plateau: number, fakes: number): TriggerPerformance {
  const events = 4_000;
  const measured = (value: number) => ({ value, error: 0.01 * value });
  const eta = { events: 100_000, biasPx: 0.02, biasErrorPx: 0.007, stdPx: 2.31, stdErrorPx: 0.03 };
  const etaResolution = { ...eta, halfWidth68Px: 1.9, halfWidth68ErrorPx: 0.01 };
  const at = (thresholdGeV: number): ScanPoint => {
    const passed = Math.round(20_000 * plateau * Math.min(1, Math.exp((10 - thresholdGeV) / 40)));
    const faked = Math.min(100_000, Math.round(fakes * Math.exp(10 - thresholdGeV)));
    return {
      thresholdGeV,
      plateau: proportion(passed, 20_000),
      plateauLowerLimit: passed / 20_000 - 0.003,
      fakeRate: proportion(faked, 100_000),
      fakeRateUpperLimit: Math.min(1, (faked + 2 * Math.sqrt(faked) + 3) / 100_000),
    };
  };
  return {
    kind: "trigger-performance",
    schemaVersion: 1,
    thresholdGeV: 10,
    muons: 100_000,
    background: 100_000,
    turnOn: EDGES.slice(1).map((high, index) => {
      const low = EDGES[index]!;
      const rise = 1 / (1 + Math.exp(-((low + high) / 2 - 10) / widthGeV));
      return {
        ptLowGeV: low,
        ptHighGeV: high,
        efficiency: proportion(Math.round(events * plateau * rise), events),
      };
    }),
    turnOnFit: {
      status: "fitted",
      plateau: measured(plateau),
      muGeV: measured(10),
      sigmaGeV: measured(1.7 * widthGeV),
      floor: { value: 0, error: 0 },
      covariance: [
        [(0.01 * plateau) ** 2, 0, 0, 0],
        [0, 0.01, 0, 0],
        [0, 0, (0.017 * widthGeV) ** 2, 0],
        [0, 0, 0, 0],
      ],
      held: ["floor"],
      width1090GeV: measured(4.36 * widthGeV),
      ...{ chi2: 11.3, ndf: 9, ptLowGeV: 3, ptHighGeV: 20 },
      curve: Array.from({ length: 101 }, (_, point) => {
        const ptGeV = 3 + 0.17 * point;
        const efficiency = plateau / (1 + Math.exp(-(ptGeV - 10) / widthGeV));
        return { ptGeV, efficiency, error: 0.01 * efficiency };
      }),
    },
    fiftyPercentGeV: { value: 10.1, low: 10.05, high: 10.15 },
    plateau: proportion(Math.round(20_000 * plateau), 20_000),
    plateauLowerLimit: plateau - 0.003,
    plateauByEta: Array.from({ length: 21 }, (_, bin) => ({
      etaLow: 0.05 * bin,
      etaHigh: 0.05 * (bin + 1),
      efficiency: proportion(Math.round(950 * plateau) - (bin % 3), 950),
    })),
    fakeRate: proportion(fakes, 100_000),
    fakeRateUpperLimit: (fakes + 2 * Math.sqrt(fakes) + 3) / 100_000,
    fakeRateTest: { rate: 0.002, minimumEvents: 1_497, conclusiveEvents: 5_000 },
    resolution: resolution(9, 11, 1.62),
    resolutionByPt: EDGES.slice(1).map((high, index) =>
      resolution(EDGES[index]!, high, 0.4 + 0.12 * high),
    ),
    etaResolutionPx: 2.31,
    etaLocalResolution: etaResolution,
    etaGlobalResolution: etaResolution,
    rate: {
      status: "known",
      spectrum: { kind: "power", power: 4.5 },
      relativeMuonRate: { value: 1.6, low: 1.55, high: 1.65 },
      relativeBelowThreshold: { value: 0.75, low: 0.7, high: 0.8 },
      bunchCrossingNs: 25,
      fakeHz: { value: 400 * fakes, low: 380 * fakes, high: 420 * fakes },
      ...{ muonHz: null, totalHz: null },
    },
    scan: Array.from({ length: 39 }, (_, index) => at(1 + index / 2)),
    workingPoints: {
      atFakeRate: { target: 0.002, point: at(9.313) },
      atPlateau: { target: 0.95, point: at(10.2) },
    },
  };
}

const conv = (name: string, filters: number) => ({
  kind: "conv2d" as const,
  name,
  filters,
  kernelSize: [3, 3] as const,
  strides: [1, 1] as const,
  padding: "same" as const,
  activation: "relu" as const,
});

const spec = (name: string, filters: number): NetworkSpec => ({
  name,
  inputShape: [9, 16, 1],
  layers: [
    conv("conv1", filters),
    { kind: "maxPool2d", name: "pool", poolSize: [1, 2], padding: "valid" },
    conv("conv4", filters),
    { kind: "flatten", name: "flat" },
    { kind: "dense", name: "dense1", units: 10, activation: "relu" },
    { kind: "dense", name: "out", units: 2, activation: "linear" },
  ],
});

function model(
  label: string,
  [name, filters]: [string, number],
  epochs: number,
  floor: number,
  bits: number | null,
  trigger: TriggerPerformance,
): ModelRecord {
  return {
    label,
    parameters: 100 * filters,
    performance: trigger,
    training: {
      kind: "trained-model",
      schemaVersion: 1,
      spec: spec(name, filters),
      quantScheme:
        bits === null
          ? null
          : {
              kind: "quant-scheme",
              schemaVersion: 1,
              label: `${bits} bit`,
              byName: {},
              byKind: {},
              default: {},
            },
      inputType: FIXED,
      labelScaling: { ptScaleGeV: 20, eta: "window" },
      metrics: {
        epochs: Array.from({ length: epochs }, (_, epoch) => ({
          epoch: epoch + 1,
          restart: 0,
          trainLoss: floor + 0.05 * Math.exp(-epoch / 4),
          validationLoss: 1.08 * floor + 0.055 * Math.exp(-epoch / 4),
          learningRate: 1e-3,
        })),
        constantLoss: 0.09,
        restarts: 0,
      },
      provenance: {
        stage: `train-${name}`,
        packages: { "@cnntargz/models": "0.1.0" },
        seed: 2026,
        inputs: { dataset: "ab".repeat(32) },
        config: { epochs },
      },
    },
  };
}

const signal = (magnitudes: number[] | null, saturated: number): SignalProfile => ({
  type: { ...FIXED, width: 4, integer: 1 },
  ...{ typeMin: -1, typeMax: 0.875, min: -1.5, max: 2.25, count: 288, zeros: 30 },
  saturated,
  magnitudes,
  firstSaturated: saturated > 0 ? 17 : null,
});

const layerProfile = (name: string, saturated: number): LayerProfile => ({
  name,
  kind: "conv2d",
  weights: signal([0.125, 0.25, 0.375, 0.5, 0.875], 0),
  bias: signal(null, 0),
  accumulator: signal([0.125, 0.25, 0.5, 1, 2], 0),
  result: signal([0.125, 0.25, 0.5, 0.75, 2], saturated),
});

/** Event `event`: a track in the window from strip 96 on, or a hit of noise. */
function sampledEvent(event: number, reason: SampledEvent["reason"]): SampledEvent {
  const isMuon = reason.endsWith("muon");
  const hits = isMuon ? [100, 484, 869, 1253, 1638, 2023, 2409, 2795, 3181] : [55];
  return {
    event,
    reason,
    truth: isMuon ? { ptGeV: 3 + (event % 17), eta: 0.27, charge: 1 } : null,
    hits,
    windowStart: isMuon ? 96 : 32,
    pixels: `${"0".repeat(11)}1${"0".repeat(131)}2`,
    predictions: [0, 1, 2].map((index) => ({
      ptGeV: isMuon ? 2 + (event % 17) + index / 10 : index / 2,
      eta: 0.25,
    })),
  };
}

function eventSample(models: readonly string[]): EventSample {
  return {
    kind: "event-sample",
    schemaVersion: 1,
    thresholdGeV: 10,
    models,
    judged: 1,
    events: [
      ...Array.from({ length: 17 }, (_, event) => sampledEvent(event, "random muon")),
      ...Array.from({ length: 5 }, (_, event) => sampledEvent(100 + event, "random background")),
      sampledEvent(200, "missed muon"),
    ],
  };
}

/** A complete record with three models, one of them not trained here. */
export function sampleRecord(): RunRecord {
  const integer: ModelRecord = {
    label: "QStudent 4 bit (integer)",
    parameters: null,
    training: null,
    performance: performance(1.45, 0.961, 88),
  };
  const models = [
    model("Teacher", ["teacher", 10], 24, 0.0045, null, performance(0.9, 0.991, 12)),
    model("QStudent 4 bit", ["student", 2], 24, 0.0072, 4, performance(1.4, 0.962, 85)),
    integer,
  ];
  return {
    kind: "run-record",
    schemaVersion: 1,
    title: "Student, 4 bit",
    sample: "toy simulation",
    judged: "QStudent 4 bit",
    bits: 4,
    hints: {
      hints: [{ student: "conv4", teacher: "conv4", gamma: 0.01 }],
      gate: "sample",
      fadeFraction: 0.7,
    },
    requirements: { latencyNs: 400, fakeRate: 0.002, plateau: 0.95, bunchCrossingNs: 25 },
    models,
    resources: {
      kind: "resource-report",
      schemaVersion: 1,
      source: "estimate",
      like: "csynth",
      tool: null,
      design: "student",
      device: {
        name: "xcvu13p",
        family: "Virtex UltraScale+",
        available: { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram18: 5_376, uram: 1_280 },
        source: "test",
      },
      clockNs: 2,
      estimatedClockNs: null,
      wnsNs: null,
      passed: null,
      perLayer: [
        { name: "conv1", lut: 391, ff: 966, dsp: 0, bram18: 0, uram: 0, latencyCycles: null },
        { name: "conv4", lut: 6_440, ff: 7_673, dsp: 0, bram18: 2, uram: 0, latencyCycles: null },
        { name: "dense1", lut: 8_943, ff: 10_100, dsp: 0, bram18: 0, uram: 0, latencyCycles: null },
        { name: "out", lut: 1_609, ff: 1_513, dsp: 0, bram18: 0, uram: 0, latencyCycles: null },
      ],
      total: { lut: 17_383, ff: 20_252, dsp: 0, bram18: 2, uram: 0 },
      band: {
        lut: [13_000, 24_000],
        ff: [14_000, 29_000],
        dsp: [0, 14],
        bram18: [2, 2],
        uram: [0, 0],
      },
      latencyCycles: 188,
      latencyCyclesRange: null,
      initiationInterval: 151,
      initiationIntervalRange: null,
      input: "1 pixel (1 x ap_ufixed<2,1>) per clock",
    },
    verdict: {
      kind: "verdict",
      schemaVersion: 1,
      status: "pass",
      rows: [
        {
          requirement: "latency <= 400 ns",
          value: 376,
          limit: 400,
          margin: 0.06,
          unit: "ns",
          status: "pass",
          note: "188 cycles of 2 ns (estimate), input 1 pixel per clock.",
        },
        {
          requirement: "fake rate < 0.2 % (95 % upper limit)",
          value: 0.00106,
          limit: 0.002,
          margin: 0.47,
          unit: "",
          status: "pass",
          note: "85 of 100,000 | background events at or above 10 GeV.",
        },
        {
          requirement: "one image per 25 ns bunch crossing",
          value: 302,
          limit: 25,
          margin: -11.1,
          unit: "ns",
          status: "info",
          note: "A new image every 151 cycles.",
        },
      ],
    },
    bitExact: {
      images: 200_000,
      mismatches: 0,
      pairs: [
        {
          reference: "tfjs forward",
          candidate: "interpreter",
          images: 200_000,
          mismatches: 0,
          wholeTestSet: true,
        },
        {
          reference: "interpreter",
          candidate: "HLS C++ (g++)",
          images: 1_000,
          mismatches: 0,
          wholeTestSet: false,
        },
      ],
    },
    otherReports: [
      {
        ...{ kind: "resource-report", schemaVersion: 1, source: "vitis-hls", like: "csynth" },
        ...{ tool: "Vitis HLS 2024.1", design: "myproject", device: null, clockNs: 2 },
        ...{ estimatedClockNs: 2.5, wnsNs: null, passed: null, perLayer: [] },
        total: { lut: 21_000, ff: 9_100, dsp: 3, bram18: 4, uram: null },
        band: { lut: null, ff: null, dsp: null, bram18: null, uram: null },
        ...{ latencyCycles: 190, latencyCyclesRange: null, initiationInterval: null },
        ...{ initiationIntervalRange: null, input: null },
      },
    ],
    atNoise: [{ noisePerPixel: 0.003, performance: performance(1.4, 0.96, 190) }],
    profile: {
      kind: "network-profile",
      schemaVersion: 1,
      images: 2_000,
      layers: [layerProfile("conv1", 0), layerProfile("conv4", 12)],
      firstOverflow: {
        ...{ layer: "conv4", signal: "result", image: 3, index: 17 },
        type: { ...FIXED, width: 4, integer: 1 },
      },
    },
    events: eventSample(models.map(({ label }) => label)),
    config: { name: "student", seed: 2026, quantization: { bits: 4 } },
    command: "cnntargz run config.json",
    provenance: [
      { name: "dataset digest", value: "ab".repeat(32) },
      { name: "backend", value: "wasm, kernels simd" },
    ],
  };
}

/** Names that no page may take for anything but text. */
export const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(2)> "'&amp; <!-- ]]> \u2028 | \`x\` # y`;

/** The sample with hostile and overlong text wherever it takes text. */
export function hostileRecord(): RunRecord {
  const record = sampleRecord();
  const labels = record.models.map(({ label }) => `${label} ${HOSTILE}`);
  labels[2] = "very long ".repeat(30).trim();
  const models = record.models.map((each, index) => ({ ...each, label: labels[index]! }));
  return {
    ...record,
    ...{ title: HOSTILE, sample: HOSTILE, models, judged: labels[1]! },
    resources: {
      ...record.resources!,
      ...{ input: HOSTILE, device: { ...record.resources!.device, name: HOSTILE } },
      perLayer: record.resources!.perLayer.map((layer) => ({
        ...layer,
        name: `${layer.name} ${HOSTILE}`,
      })),
    },
    verdict: {
      ...record.verdict!,
      rows: record.verdict!.rows.map((row) => ({ ...row, requirement: HOSTILE, note: HOSTILE })),
    },
    events: { ...record.events!, models: labels },
    config: { [HOSTILE]: HOSTILE },
    command: HOSTILE,
    provenance: [{ name: HOSTILE, value: HOSTILE }],
  };
}

/** A run of which next to nothing is known: one model, not trained here, without events. */
export function bareRecord(): RunRecord {
  const record = sampleRecord();
  const nothing = { passed: 0, total: 0, value: null, low: 0, high: 1, confidence: 0.68 };
  const none = { status: "none" as const, reason: "no event passes" };
  const limits = { plateauLowerLimit: 0, fakeRateUpperLimit: 1 };
  return {
    ...record,
    judged: "x",
    models: [
      {
        label: "x",
        parameters: null,
        training: null,
        performance: {
          ...record.models[0]!.performance,
          ...{ muons: 0, background: 0, turnOn: [], turnOnFit: none, fiftyPercentGeV: null },
          ...{ plateau: nothing, fakeRate: nothing, ...limits, plateauByEta: [] },
          ...{ resolution: null, resolutionByPt: [], etaResolutionPx: null },
          ...{ etaLocalResolution: null, etaGlobalResolution: null, rate: none, scan: [] },
          workingPoints: {
            atFakeRate: { target: 0.002, point: null },
            atPlateau: { target: 0.95, point: null },
          },
        },
      },
    ],
    ...{ bits: null, hints: null, verdict: null, resources: null, otherReports: [] },
    ...{ bitExact: null, atNoise: [] },
    ...{ profile: null, events: null, config: null, command: null, provenance: [] },
  };
}
