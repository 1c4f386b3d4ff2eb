import type { RunRecord } from "@cnntargz/contracts";

import {
  type Block,
  left,
  right,
  type Section,
  type Span,
  type Table,
} from "../document/document.js";

/** Where each training comes from. */
function trainingsTable({ models }: RunRecord): Table {
  const codes = (entries: readonly [string, string][]): Span[] =>
    entries.flatMap(([name, value], index) => [
      `${index > 0 ? ", " : ""}${name} `,
      { code: value },
    ]);
  return {
    caption: "Stage, inputs and packages of each model",
    columns: [left("model"), left("stage"), right("seed"), left("inputs"), left("packages")],
    rows: models.flatMap(({ label, training }) => {
      if (training === null) return [];
      const { stage, seed, inputs, packages } = training.provenance;
      return [
        [
          label,
          stage,
          String(seed),
          codes(Object.entries(inputs)),
          codes(Object.entries(packages)),
        ],
      ];
    }),
  };
}

function factsBlock({ provenance }: RunRecord): Block {
  if (provenance.length === 0) return { kind: "paragraph", text: "None was recorded." };
  return {
    kind: "table",
    table: {
      caption: "Digests, seed and versions",
      columns: [left("what"), left("value")],
      rows: provenance.map(({ name, value }) => [name, [{ code: value }]]),
    },
  };
}

/** What it takes to make this again. */
export function provenanceSection(record: RunRecord): Section {
  const { command, config } = record;
  const trainings = trainingsTable(record);
  return {
    id: "provenance",
    title: "Provenance",
    blocks: [
      ...(command === null
        ? []
        : [
            {
              kind: "paragraph" as const,
              text: "To make this run again, with config.json from its folder (the configuration below):",
            },
            { kind: "command" as const, command },
          ]),
      factsBlock(record),
      ...(trainings.rows.length === 0 ? [] : [{ kind: "table" as const, table: trainings }]),
      ...(config === null
        ? []
        : [
            {
              kind: "details" as const,
              summary: "Configuration",
              code: JSON.stringify(config, null, 2),
            },
          ]),
    ],
  };
}
