import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

type CompileOptions = NonNullable<Parameters<typeof compile>[1]>;

/** Number the ids of clip paths from 0: Vega counts them over the process. */
function renumberClips(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replace(/\bclip(\d+)\b/g, (_, id: string) => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return `clip${number}`;
  });
}

/** A library does not talk: what a spec can not show is checked before it is made. */
const SILENT: NonNullable<CompileOptions["logger"]> = {
  level: () => SILENT,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
};

/** Draw one Vega-Lite figure as SVG text; the same spec gives the same bytes. */
export async function drawSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec, { logger: SILENT }).spec), { renderer: "none" });
  try {
    return `${renumberClips(await view.toSVG())}\n`;
  } finally {
    view.finalize();
  }
}
