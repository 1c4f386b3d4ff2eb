import { parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";

import { Tooltip } from "./tooltip.js";

/** Narrower than this a figure is scrolled to rather than squeezed. */
const NARROWEST = 300;

/** Legends over a figure know their number of columns only once its frame has its width. */
async function resize(view: View, width: number): Promise<void> {
  await view.width(width).runAsync();
  await view.resize().runAsync();
}

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
  });
  const least = Number.parseInt(getComputedStyle(host).getPropertyValue("--least"), 10) || 0;
  const widthOf = (): number => Math.max(NARROWEST, least, Math.floor(host.clientWidth));
  let width = widthOf();
  await resize(view, width);
  // Vega gives roles to groups that have no names of their own; the figure is one image.
  container.setAttribute("role", "img");
  container.setAttribute("aria-label", drawn.getAttribute("aria-label")!);
  container.querySelector("svg")!.setAttribute("aria-hidden", "true");
  host.replaceChildren(container);
  new ResizeObserver(() => {
    if (widthOf() === width || host.clientWidth === 0) return;
    width = widthOf();
    void resize(view, width);
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
