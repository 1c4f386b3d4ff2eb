import type { LayerProfile, NetworkProfile, SignalProfile } from "@cnntargz/contracts";

import { left, right, type Table } from "../document/document.js";
import { integer, percent, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import { type FigureLabel, type Layer, plot } from "./plot.js";
import { ALARM, COLOURS, PAPER, SHADE } from "./style.js";
import { typeName } from "./type-name.js";

/** Which values of a layer. */
type Signal = "weights" | "bias" | "accumulator" | "result";

const TITLES: Readonly<Record<Signal, string>> = {
  weights: "Weights",
  bias: "Biases",
  accumulator: "Sums",
  result: "Activations",
};

interface Row {
  readonly name: string;
  readonly signal: SignalProfile;
}

const rowsOf = ({ layers }: NetworkProfile, which: Signal): Row[] =>
  layers.flatMap((layer: LayerProfile) => {
    const signal = layer.kind === "flatten" ? null : layer[which];
    return signal === null ? [] : [{ name: layer.name, signal }];
  });

/** Powers of two between which a type's values lie: its last bit and the size of its largest value. */
const placesOf = ({ type, typeMin, typeMax }: SignalProfile): [number, number] => [
  type.integer - type.width,
  Math.log2(Math.max(typeMax, -typeMin)),
];

const largestOf = ({ min, max }: SignalProfile): number => Math.max(Math.abs(min), Math.abs(max));

const FITS = "every value fits";
const OUTSIDE = "some values lie outside";

/** `value` of `whole` in percent, not 0 unless it is. */
const share = (value: number, whole: number): string =>
  value === 0 ? "0" : percent(value / Math.max(whole, 1), 2);

/**
 * The plot that hls4ml users look at: one line per layer, |values| on a scale of powers of two as a
 * box (quartiles, median; whiskers 5 % to 95 %, a dot at the largest) over the grey range of the
 * type, from its last bit to its largest value. Null when no layer has such values.
 */
export function profileFigure(
  profile: NetworkProfile,
  which: "weights" | "accumulator" | "result",
  label: FigureLabel,
): Figure | null {
  const rows = rowsOf(profile, which);
  if (rows.length === 0) return null;
  const values = rows.map(({ name, signal }) => {
    const [least, most] = placesOf(signal);
    const shown = { layer: name, least, most, type: typeName(signal.type) };
    const outside = `${integer(signal.saturated)} of ${integer(signal.count)}`;
    const status = signal.saturated > 0 ? OUTSIDE : FITS;
    const sizes = signal.magnitudes;
    if (sizes === null) return { ...shown, outside, status, p5: null, top: null };
    const [p5, p25, p50, p75, p95] = sizes.map(Math.log2) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const top = Math.log2(largestOf(signal));
    return { ...shown, outside, status, p5, p25, p50, p75, p95, top };
  });
  const places = values.flatMap(({ least, most, p5, top }) => [
    least,
    most,
    p5 ?? least,
    top ?? most,
  ]);
  const low = Math.floor(Math.min(...places) - 0.5);
  const high = Math.ceil(Math.max(...places) + 0.5);
  const step = Math.max(1, Math.ceil((high - low) / 9));
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => {
    const first = Math.ceil(low / step) * step;
    return first + at * step;
  }).filter((tick) => tick <= high);
  const what = { weights: "weight", accumulator: "sum", result: "activation" }[which];
  const x = (field: string) => ({
    field,
    type: "quantitative" as const,
    title: `|${what}|`,
    scale: { domain: [low, high], nice: false, zero: false },
    axis: {
      values: ticks,
      labelExpr:
        "datum.value < 0 ? '1/' + format(pow(2, -datum.value), 'd') : format(pow(2, datum.value), 'd')",
    },
  });
  const y = {
    field: "layer",
    type: "nominal" as const,
    sort: null,
    title: null,
    axis: { ticks: false, labelPadding: 8 },
  };
  const color = {
    field: "status",
    type: "nominal" as const,
    scale: { domain: [FITS, OUTSIDE], range: [COLOURS[0], ALARM] },
    legend: null,
  };
  const tooltip = [
    { field: "layer", title: "layer" },
    { field: "type", title: "type" },
    { field: "outside", title: "outside the type" },
  ];
  const hasBox: Layer["transform"] = [{ filter: "isValid(datum.p5)" }];
  const data = { values };
  const layers = [
    {
      data,
      mark: { type: "bar", height: 24, color: SHADE },
      encoding: { x: x("least"), x2: { field: "most" }, y, tooltip },
    },
    {
      data,
      transform: hasBox,
      mark: { type: "rule", strokeWidth: 2 },
      encoding: { x: x("p5"), x2: { field: "p95" }, y, color },
    },
    {
      data,
      transform: hasBox,
      mark: { type: "bar", height: 12 },
      encoding: { x: x("p25"), x2: { field: "p75" }, y, color },
    },
    {
      data,
      transform: hasBox,
      mark: { type: "tick", thickness: 2.5, size: 12, color: PAPER, opacity: 1 },
      encoding: { x: x("p50"), y },
    },
    {
      data,
      transform: hasBox,
      mark: { type: "point", filled: true, size: 32, opacity: 1 },
      encoding: { x: x("top"), y, color },
    },
  ] as Layer[];
  const leaving = rows.filter(({ signal }) => signal.saturated > 0);
  return {
    name: `profile-${which}`,
    title: TITLES[which],
    caption: `Sizes of ${what}s that are not 0: box from 25 to 75 %, line from 5 to 95 %, gap at the median, dot at the largest. Grey: what the layer's type can hold, from its last bit to its largest value. Red: some values lie outside.`,
    description:
      leaving.length === 0
        ? `In each of ${rows.length} layers every ${what} fits its type.`
        : leaving
            .map(
              ({ name, signal }) =>
                `Layer ${name}: ${share(signal.saturated, signal.count)} outside ${typeName(signal.type)}.`,
            )
            .join(" "),
    table: signalTable(`${TITLES[which]} against their types`, rows),
    drawing: { spec: plot(label, { step: 32 }, layers) },
    series: [],
  };
}

function signalTable(caption: string, rows: readonly Row[]): Table {
  return {
    caption,
    columns: [
      left("layer"),
      left("type"),
      right("holds"),
      right("was"),
      right("median size"),
      right("zeros"),
      right("outside"),
    ],
    rows: rows.map(({ name, signal }) => [
      name,
      [{ code: typeName(signal.type) }],
      `${significant(signal.typeMin)} .. ${significant(signal.typeMax)}`,
      `${significant(signal.min)} .. ${significant(signal.max)}`,
      signal.magnitudes === null ? "" : significant(signal.magnitudes[2]!, 3),
      share(signal.zeros, signal.count),
      share(signal.saturated, signal.count),
    ]),
  };
}

/** Every layer's types, as the firmware has them. */
export function typesTable({ layers }: NetworkProfile): Table {
  const cell = (signal: SignalProfile | null) =>
    signal === null ? "" : [{ code: typeName(signal.type) }];
  return {
    caption: "Fixed-point types by layer",
    columns: ["layer", "weights", "bias", "accumulator", "result"].map(left),
    rows: layers
      .filter(({ kind }) => kind !== "flatten")
      .map(({ name, weights, bias, accumulator, result }) => [
        name,
        ...[weights, bias, accumulator, result].map(cell),
      ]),
  };
}
