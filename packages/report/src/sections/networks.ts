import type { NetworkSpec, RunRecord } from "@cnntargz/contracts";

import { left, right, type Section } from "../document/document.js";
import { type DrawnNetwork, networksFigure } from "../figures/networks.js";
import { integer } from "../numbers.js";
import { figuresBlock } from "./performance.js";

const isSame = (a: NetworkSpec, b: NetworkSpec) => JSON.stringify(a) === JSON.stringify(b);

/** The different networks of a run with the models that have them, in order. */
function networksOf({ models }: RunRecord): readonly DrawnNetwork[] {
  const networks: { spec: NetworkSpec; models: string[] }[] = [];
  for (const { label, training } of models) {
    if (training === null) continue;
    const known = networks.find(({ spec }) => isSame(spec, training.spec));
    if (known) known.models.push(label);
    else networks.push({ spec: training.spec, models: [label] });
  }
  return networks;
}

/** What the networks look like, and what the Student learned from; null when none is known. */
export function networksSection(record: RunRecord): Section | null {
  const networks = networksOf(record);
  if (networks.length === 0) return null;
  const { hints, models } = record;
  return {
    id: "networks",
    title: "Networks",
    blocks: [
      ...figuresBlock(networksFigure(networks, hints)),
      {
        kind: "table",
        table: {
          caption: "Models and their networks",
          columns: [left("model"), left("network"), right("parameters"), left("weights")],
          rows: models.map(({ label, parameters, training }) => [
            label,
            training?.spec.name ?? "",
            parameters === null ? "" : integer(parameters),
            training === null ? "" : (training.quantScheme?.label ?? "float32"),
          ]),
        },
      },
      {
        kind: "paragraph",
        text:
          hints === null
            ? "The judged model was trained without hints of a Teacher."
            : `The judged model was trained with ${hints.hints.length} hints of the Teacher; they count per ${hints.gate} where the Teacher is better, and fade out over ${100 * hints.fadeFraction} % of the training.`,
      },
    ],
  };
}
