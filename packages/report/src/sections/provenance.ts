import type { RunRecord } from "@cnntargz/contracts";

import { type Block, left, type Section, type Text } from "../document/document.js";

/** Digests, seeds and versions: what it takes to make this again. */
export function provenanceSection({ provenance, models, command, config }: RunRecord): Section {
  const ofModels = models.flatMap(({ label, training }) => {
    if (training === null) return [];
    const { stage, seed, inputs, packages } = training.provenance;
    return [
      [`${label}: stage`, stage],
      [`${label}: seed`, String(seed)],
      ...Object.entries(inputs).map(([role, digest]) => [`${label}: input ${role}`, digest]),
      ...Object.entries(packages).map(([name, version]) => [`${label}: ${name}`, version]),
    ];
  });
  const rows = [...provenance.map(({ name, value }) => [name, value]), ...ofModels].map(
    ([name, value]): Text[] => [name!, [{ code: value! }]],
  );
  const reproduce: Block[] =
    command === null
      ? []
      : [
          { kind: "paragraph", text: "The same command, on any machine, makes the same bytes:" },
          { kind: "command", command },
        ];
  return {
    id: "provenance",
    title: "Provenance",
    blocks: [
      ...reproduce,
      rows.length === 0
        ? { kind: "paragraph", text: "None was recorded." }
        : {
            kind: "table",
            table: {
              caption: "Digests, seeds and versions",
              columns: [left("what"), left("value")],
              rows,
            },
          },
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
