import type { Axis, Scale, Spec } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

type CompileOptions = NonNullable<Parameters<typeof compile>[1]>;

/** A library does not talk: what a spec can not show is checked before it is made. */
const SILENT: NonNullable<CompileOptions["logger"]> = {
  level: () => SILENT,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
};

const OPPOSITE = { top: "bottom", bottom: "top", left: "right", right: "left" } as const;
const CONTINUOUS: readonly (Scale["type"] | undefined)[] = ["linear", "log", "sqrt", "pow"];

/** The same ticks on the other side of the frame, without labels. */
function mirrored(axis: Axis): Axis {
  const ticks: Axis = {
    ...axis,
    orient: OPPOSITE[axis.orient as keyof typeof OPPOSITE],
    labels: false,
  };
  delete ticks.title;
  delete ticks.encode;
  return ticks;
}

/** Compile a Vega-Lite figure to Vega; continuous axes get ticks on both sides of the frame. */
export function compileFigure(spec: TopLevelSpec): Spec {
  const compiled = compile(spec, { logger: SILENT }).spec;
  const isContinuous = (axis: Axis): boolean =>
    CONTINUOUS.includes(compiled.scales?.find(({ name }) => name === axis.scale)?.type);
  const axes = compiled.axes ?? [];
  return { ...compiled, axes: [...axes, ...axes.filter(isContinuous).map(mirrored)] };
}
