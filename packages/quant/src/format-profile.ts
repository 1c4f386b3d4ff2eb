import type {
  FirstOverflow,
  LayerProfile,
  NetworkProfile,
  SignalProfile,
} from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";

import { formatTable } from "./format-table.js";

const SIGNALS = ["weights", "bias", "accumulator", "result"] as const;
const HEADINGS = ["layer", "signal", "type", "holds", "was", "median", "zeros", "saturated"];

const number = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (part: number, whole: number): string => {
  const share = (100 * part) / whole;
  return part > 0 && share < 0.05 ? "< 0.1 %" : `${share.toFixed(1)} %`;
};

function row(layer: string, name: string, signal: SignalProfile): string[] {
  return [
    layer,
    name,
    formatType(signal.type),
    `${number(signal.typeMin)} .. ${number(signal.typeMax)}`,
    `${number(signal.min)} .. ${number(signal.max)}`,
    signal.magnitudes === null ? "-" : number(signal.magnitudes[2]!),
    percent(signal.zeros, signal.count),
    `${signal.saturated} (${percent(signal.saturated, signal.count)})`,
  ];
}

function overflowText(overflow: FirstOverflow | null): string {
  if (overflow === null) return "every value fits its type";
  const { layer, signal, image, index, type } = overflow;
  return `first value outside its type: ${signal} ${index} of layer ${layer}, image ${image}, ${formatType(type)}`;
}

/**
 * A table for people, one line per layer and kind of value: type, what it holds, what there was to
 * hold, median |value| over values that are not 0, share of zeros, values outside the type; then
 * where a value first left its type.
 */
export function formatProfile({ layers, images, firstOverflow }: NetworkProfile): string {
  const rows = layers.flatMap((layer: LayerProfile) =>
    SIGNALS.flatMap((name) => {
      const signal = layer[name];
      return signal === null ? [] : [row(layer.name, name, signal)];
    }),
  );
  return [
    ...formatTable([HEADINGS, ...rows], 3),
    `${images} images; ${overflowText(firstOverflow)}`,
  ].join("\n");
}
