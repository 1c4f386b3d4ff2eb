import type { NetworkProfile, SignalProfile } from "@cnntargz/contracts";
import { fractionBits } from "@cnntargz/fixed-point";

/** Which values a {@link profileFigure} shows. */
export type ProfiledSignal = "weights" | "bias" | "accumulator" | "result";

const ROW = 26;
const LEFT = 130;
const WIDTH = 480;
const TOP = 16;
const BOTTOM = 40;

const escape = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Binary places that a type holds: from its last bit to the size of its largest value. */
const places = (signal: SignalProfile): [number, number] => [
  -fractionBits(signal.type),
  Math.log2(Math.max(signal.typeMax, -signal.typeMin)),
];

/**
 * The plot that hls4ml users look at, as SVG: one line per layer, |values| on a scale of powers of
 * two as a box (quartiles, median; whiskers 5 % to 95 %, a dot at the largest) over the grey range
 * of the type, from its last bit to its largest value. What lies right of the grey saturates or
 * wraps, what lies left of it is rounded to 0. Layers without such values are left out.
 */
export function profileFigure({ layers }: NetworkProfile, which: ProfiledSignal): string {
  const rows = layers.flatMap((layer) => {
    const signal = layer[which];
    return signal === null ? [] : [{ name: layer.name, signal }];
  });
  const exponents = rows.flatMap(({ signal }) => {
    const { magnitudes } = signal;
    const boxes = magnitudes === null ? [] : [magnitudes[0]!, largestOf(signal)].map(Math.log2);
    return [...places(signal), ...boxes];
  });
  const low = Math.floor(Math.min(...exponents, 0)) - 1;
  const high = Math.ceil(Math.max(...exponents, 0)) + 1;
  const x = (exponent: number): string =>
    (LEFT + ((exponent - low) / (high - low)) * WIDTH).toFixed(1);
  const height = TOP + rows.length * ROW + BOTTOM;
  const axis = TOP + rows.length * ROW;
  const step = Math.ceil((high - low) / 12);
  const ticks = Array.from(
    { length: Math.floor((high - low) / step) + 1 },
    (_, i) => low + i * step,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 24}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...rows.map(({ name, signal }, index) => drawRow(name, signal, TOP + index * ROW, x)),
    `<path d="M${LEFT} ${axis}H${LEFT + WIDTH}" stroke="#000000"/>`,
    ...ticks.map(
      (tick) =>
        `<path d="M${x(tick)} ${axis}v-5" stroke="#000000"/><text x="${x(tick)}" y="${axis + 16}" text-anchor="middle">${tick}</text>`,
    ),
    `<text x="${LEFT + WIDTH}" y="${axis + 34}" text-anchor="end">log2 |${which}|</text>`,
    "</svg>\n",
  ].join("\n");
}

function largestOf({ min, max }: SignalProfile): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

function drawRow(
  name: string,
  signal: SignalProfile,
  top: number,
  x: (exponent: number) => string,
): string {
  const [least, most] = places(signal);
  const middle = top + ROW / 2;
  const width = (from: number, to: number): string => (Number(x(to)) - Number(x(from))).toFixed(1);
  const parts = [
    `<text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${escape(name)}</text>`,
    `<rect x="${x(least)}" y="${top + 3}" width="${width(least, most)}" height="${ROW - 6}" fill="#d9d9d9"/>`,
  ];
  if (signal.magnitudes !== null) {
    const [p5, p25, p50, p75, p95] = signal.magnitudes.map(Math.log2) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const colour = signal.saturated > 0 ? "#d55e00" : "#0072b2";
    parts.push(
      `<path d="M${x(p5)} ${middle}H${x(p95)}M${x(p50)} ${top + 6}v${ROW - 12}" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="${x(p25)}" y="${top + 7}" width="${width(p25, p75)}" height="${ROW - 14}" fill="${colour}" fill-opacity="0.35" stroke="${colour}"/>`,
      `<circle cx="${x(Math.log2(largestOf(signal)))}" cy="${middle}" r="3" fill="${colour}"/>`,
    );
  }
  return parts.join("");
}
