import { parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";

import { Tooltip } from "./tooltip.js";

/** Narrower than this a figure is scrolled to rather than squeezed. */
const NARROWEST = 300;

/** Draw a figure anew at the width there is, and replace the drawing that came with the page. */
async function show(host: HTMLElement, spec: Spec, tooltip: Tooltip): Promise<void> {
  const drawn = host.querySelector("svg")!;
  const container = document.createElement("div");
  container.className = "live";
  // The interpreter needs no `eval`, which the page's policy forbids.
  const view = new View(parse({ ...spec, background: "transparent" }, undefined, { ast: true }), {
    renderer: "svg",
    container,
    hover: false,
    expr: expressionInterpreter,
    tooltip: tooltip.handler,
  } as ConstructorParameters<typeof View>[1]);
  const widthOf = (): number => Math.max(NARROWEST, Math.floor(host.clientWidth));
  let width = widthOf();
  await view.width(width).runAsync();
  const svg = container.querySelector("svg")!;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", drawn.getAttribute("aria-label")!);
  host.replaceChildren(container);
  new ResizeObserver(() => {
    if (widthOf() === width || host.clientWidth === 0) return;
    width = widthOf();
    void view.width(width).runAsync();
  }).observe(host);
}

/** Make figures live as they come into view. */
export function showFigures(specs: Readonly<Record<string, Spec>>): void {
  const tooltip = new Tooltip();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const spec = specs[(target as HTMLElement).dataset["live"] ?? ""];
        if (!isIntersecting || spec === undefined) continue;
        observer.unobserve(target);
        void show(target as HTMLElement, spec, tooltip);
      }
    },
    { rootMargin: "400px" },
  );
  for (const host of document.querySelectorAll("[data-live]")) observer.observe(host);
}
