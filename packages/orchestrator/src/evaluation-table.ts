import type { Interval, Measurement, Proportion, TriggerPerformance } from "@cnntargz/contracts";

import type { Evaluation } from "./evaluate-files.js";
import { formatTable } from "./table.js";

const NONE = "-";
const count = (value: number): string => value.toLocaleString("en-US");
const ranged = (value: string, low: string, high: string): string => `${value} (${low}..${high})`;

function fraction({ value, low, high }: Proportion, digits = 4): string {
  return value === null
    ? NONE
    : ranged(value.toFixed(digits), low.toFixed(digits), high.toFixed(digits));
}

/** In per cent, with enough digits for small ones. */
function percent({ value, low, high }: Proportion): string {
  const text = (part: number): string => (100 * part).toFixed(3);
  return value === null ? NONE : `${ranged(text(value), text(low), text(high))} %`;
}

const interval = ({ value, low, high }: Interval): string =>
  ranged(value.toFixed(3), low.toFixed(3), high.toFixed(3));
const kiloHertz = ({ value, low, high }: Interval): string =>
  `${ranged((value / 1e3).toFixed(1), (low / 1e3).toFixed(1), (high / 1e3).toFixed(1))} kHz`;
const measured = ({ value, error }: Measurement, digits: number): string =>
  `${value.toFixed(digits)} +- ${error.toFixed(digits)}`;
const pair = (value: number, error: number, digits: number): string =>
  measured({ value, error }, digits);

type Row = readonly [title: string, cell: (performance: TriggerPerformance) => string];

const fitted =
  (cell: (fit: Extract<TriggerPerformance["turnOnFit"], { status: "fitted" }>) => string) =>
  ({ turnOnFit: fit }: TriggerPerformance): string =>
    fit.status === "fitted" ? cell(fit) : NONE;
const rated =
  (cell: (rate: Extract<TriggerPerformance["rate"], { status: "known" }>) => string) =>
  ({ rate }: TriggerPerformance): string =>
    rate.status === "known" ? cell(rate) : NONE;

const near =
  (cell: (resolution: NonNullable<TriggerPerformance["resolution"]>) => string) =>
  ({ resolution }: TriggerPerformance): string =>
    resolution === null ? NONE : cell(resolution);

const rows: readonly Row[] = [
  ["muons", ({ muons }) => count(muons)],
  ["background", ({ background }) => count(background)],
  ["plateau (true pT 15..20 GeV)", ({ plateau }) => fraction(plateau)],
  [
    "  95 % lower limit",
    ({ plateau, plateauLowerLimit }) =>
      plateau.value === null ? NONE : plateauLowerLimit.toFixed(4),
  ],
  ["fake rate", ({ fakeRate }) => percent(fakeRate)],
  [
    "  95 % upper limit",
    ({ fakeRate, fakeRateUpperLimit }) =>
      fakeRate.value === null ? NONE : `${(100 * fakeRateUpperLimit).toFixed(3)} %`,
  ],
  [
    "  background for a conclusion",
    ({ fakeRateTest: { conclusiveEvents } }) =>
      conclusiveEvents === null ? NONE : count(conclusiveEvents),
  ],
  [
    "50 % point (GeV)",
    ({ fiftyPercentGeV: point }) =>
      point === null
        ? NONE
        : ranged(point.value.toFixed(2), point.low?.toFixed(2) ?? "", point.high?.toFixed(2) ?? ""),
  ],
  ["fit: plateau", fitted(({ plateau }) => measured(plateau, 4))],
  ["  mu (GeV)", fitted(({ muGeV }) => measured(muGeV, 3))],
  ["  sigma (GeV)", fitted(({ sigmaGeV }) => measured(sigmaGeV, 3))],
  ["  10-90 % width (GeV)", fitted(({ width1090GeV }) => measured(width1090GeV, 2))],
  ["  chi2 / ndf", fitted(({ chi2, ndf }) => `${chi2.toFixed(1)} / ${ndf}`)],
  ["pT at threshold: bias (GeV)", near((r) => pair(r.biasGeV, r.biasErrorGeV, 3))],
  ["  standard deviation", near((r) => pair(r.stdGeV, r.stdErrorGeV, 3))],
  ["  half 68 % width", near((r) => pair(r.halfWidth68GeV, r.halfWidth68ErrorGeV, 3))],
  [
    "  1/pT, half 68 % width",
    near(({ inversePt }) =>
      inversePt === null ? NONE : pair(inversePt.halfWidth68, inversePt.halfWidth68Error, 4),
    ),
  ],
  [
    "eta in window, half 68 % width (px)",
    ({ etaLocalResolution: eta }) =>
      eta === null ? NONE : pair(eta.halfWidth68Px, eta.halfWidth68ErrorPx, 2),
  ],
  [
    "eta global, RMS (px)",
    ({ etaResolutionPx }) => (etaResolutionPx === null ? NONE : etaResolutionPx.toFixed(2)),
  ],
  ["muon rate / ideal", rated(({ relativeMuonRate }) => interval(relativeMuonRate))],
  [
    "  from below threshold",
    rated(({ relativeBelowThreshold }) => interval(relativeBelowThreshold)),
  ],
  ["  fakes, every crossing", rated(({ fakeHz }) => (fakeHz === null ? NONE : kiloHertz(fakeHz)))],
  ["  total", rated(({ totalHz }) => (totalHz === null ? NONE : kiloHertz(totalHz)))],
  ...(["atFakeRate", "atPlateau"] as const).flatMap((name): Row[] => {
    const point =
      (cell: (point: TriggerPerformance["scan"][number]) => string) =>
      ({ workingPoints }: TriggerPerformance): string => {
        const { point: found } = workingPoints[name];
        return found === null ? NONE : cell(found);
      };
    return [
      [
        name === "atFakeRate" ? "fake limit met from (GeV)" : "plateau limit met up to (GeV)",
        point(({ thresholdGeV }) => thresholdGeV.toFixed(3)),
      ],
      ["  plateau there", point(({ plateau }) => fraction(plateau))],
      ["  fake rate there", point(({ fakeRate }) => percent(fakeRate))],
    ];
  }),
];

/** Why figures are missing, one line for each model and reason. */
function reasons(evaluations: readonly Evaluation[]): string[] {
  return evaluations.flatMap(({ model, performance: { turnOnFit, rate } }) => [
    ...(turnOnFit.status === "none" ? [`${model}: no fit: ${turnOnFit.reason}`] : []),
    ...(rate.status === "none" ? [`${model}: no rate: ${rate.reason}`] : []),
  ]);
}

/** Tables of several models side by side: figures of merit, turn-on, and the scan when asked for. */
export function evaluationText(
  evaluations: readonly Evaluation[],
  { withScan }: { readonly withScan: boolean },
): string {
  const models = evaluations.map(({ model }) => model);
  const [first] = evaluations.map(({ performance }) => performance);
  if (first === undefined) return "";
  const each = (cell: (performance: TriggerPerformance) => string): string[] =>
    evaluations.map(({ performance }) => cell(performance));
  const tables = [
    formatTable(
      [`threshold ${first.thresholdGeV} GeV`, ...models],
      rows.map(([title, cell]) => [title, ...each(cell)]),
    ),
    ...reasons(evaluations),
    formatTable(
      ["turn-on, true pT (GeV)", ...models],
      first.turnOn.map(({ ptLowGeV, ptHighGeV }, bin) => [
        `${ptLowGeV}..${ptHighGeV}`,
        ...each(({ turnOn }) => fraction(turnOn[bin]!.efficiency)),
      ]),
    ),
  ];
  if (withScan) {
    tables.push(
      formatTable(
        ["threshold (GeV)", ...models.flatMap((model) => [`${model}: plateau`, "fake rate"])],
        first.scan.map(({ thresholdGeV }, index) => [
          thresholdGeV.toFixed(3),
          ...evaluations.flatMap(({ performance }) => {
            const { plateau, fakeRate } = performance.scan[index]!;
            return [fraction(plateau), percent(fakeRate)];
          }),
        ]),
      ),
    );
  }
  return tables.join("\n\n");
}
