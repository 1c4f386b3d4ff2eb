import type { RunRecord } from "@cnntargz/contracts";

import type { Section } from "../document/document.js";
import { profileFigure, typesTable } from "../figures/profile.js";
import { typeName } from "../figures/type-name.js";
import { integer } from "../numbers.js";
import { figuresBlock, labelOf } from "./performance.js";

/** Weights and activations against their types; null without a profile. */
export function profileSection(record: RunRecord): Section | null {
  const { profile, judged } = record;
  if (profile === null) return null;
  const { firstOverflow } = profile;
  const overflow =
    firstOverflow === null
      ? "Every sum and activation fits its type."
      : `First value outside its type: ${firstOverflow.signal} ${firstOverflow.index} of layer ${firstOverflow.layer}, image ${firstOverflow.image}, ${typeName(firstOverflow.type)}; activations are meant to saturate at their largest value.`;
  const label = labelOf(record);
  return {
    id: "numbers",
    title: "Weights and activations against their types",
    blocks: [
      {
        kind: "paragraph",
        text: `Of ${judged}, over ${integer(profile.images)} validation images. ${overflow}`,
      },
      ...figuresBlock(
        profileFigure(profile, "weights", label),
        profileFigure(profile, "result", label),
        profileFigure(profile, "accumulator", label),
      ),
      { kind: "table", table: typesTable(profile) },
    ],
  };
}
