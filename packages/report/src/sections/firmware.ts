import type {
  BitExact,
  ResourceEstimate,
  ResourceKind,
  ResourceReport,
  RunRecord,
} from "@cnntargz/contracts";

import { type Block, left, right, type Section, type Text } from "../document/document.js";
import { deviceShareFigure, RESOURCE_KINDS } from "../figures/device-share.js";
import { layerResourcesFigure } from "../figures/layer-resources.js";
import { integer, shareOf, significant } from "../numbers.js";
import { periodOf } from "../period-of.js";
import { figuresBlock, labelOf } from "./performance.js";

function resourcesBlock({ total, band, device, perLayer, source, like }: ResourceEstimate): Block {
  const row = (name: Text, cell: (kind: ResourceKind) => Text) => [
    name,
    ...RESOURCE_KINDS.map(([kind]) => cell(kind)),
  ];
  return {
    kind: "table",
    table: {
      caption: `Resources by layer (${source}, like ${like})`,
      columns: [left("layer"), ...RESOURCE_KINDS.map(([, title]) => right(title))],
      rows: [
        ...perLayer.map((layer) => row(layer.name, (kind) => integer(layer[kind]))),
        row([{ strong: "total" }], (kind) => [{ strong: integer(total[kind]) }]),
        row("band, 90 %", (kind) => `${integer(band[kind][0])}..${integer(band[kind][1])}`),
        row(`on ${device.name}`, (kind) => integer(device.available[kind])),
        row("share", (kind) => shareOf(total[kind], device.available[kind])),
      ],
    },
  };
}

function latencyBlocks(
  resources: ResourceEstimate,
  requirements: RunRecord["requirements"],
): Block[] {
  const { latencyCycles, initiationInterval, input, source } = resources;
  const periodNs = periodOf(resources)!;
  const row = (name: string, cycles: number, required: number) => [
    name,
    integer(cycles),
    significant(cycles * periodNs, 6),
    significant(required, 6),
  ];
  return [
    {
      kind: "table",
      table: {
        caption: `Time from the first input, and between images (${source})`,
        columns: [left("quantity"), right("cycles"), right("ns"), right("required ns")],
        rows: [
          row("latency, first input to last output", latencyCycles, requirements.latencyNs),
          row("interval between images", initiationInterval, requirements.bunchCrossingNs),
        ],
      },
    },
    {
      kind: "paragraph",
      text: `Input: ${input}. Clock period ${significant(periodNs)} ns.`,
    },
  ];
}

/** Who says so, and of which step: `estimate, like synthesis` or `vitis-hls csynth (Vitis HLS 2023.1)`. */
function sourceOf({ source, like, tool }: ResourceReport): string {
  if (source === "estimate" || source === "yosys") return `${source}, like ${like}`;
  return `${source} ${like}${tool === null ? "" : ` (${tool})`}`;
}

function otherReportsBlocks(reports: readonly ResourceReport[]): Block[] {
  if (reports.length === 0) return [];
  const stated = (value: number | null) => (value === null ? "" : integer(value));
  return [
    {
      kind: "table",
      table: {
        caption: "What other steps of the flow leave or have reported",
        columns: [
          left("source"),
          ...RESOURCE_KINDS.map(([, title]) => right(title)),
          right("latency, cycles"),
          right("ns"),
          right("interval, cycles"),
          right("clock, ns"),
        ],
        rows: reports.map((report) => {
          const { total, latencyCycles, initiationInterval } = report;
          const periodNs = periodOf(report);
          return [
            sourceOf(report),
            ...RESOURCE_KINDS.map(([kind]) => stated(total[kind])),
            stated(latencyCycles),
            latencyCycles === null || periodNs === null
              ? ""
              : significant(latencyCycles * periodNs, 6),
            stated(initiationInterval),
            periodNs === null ? "" : significant(periodNs),
          ];
        }),
      },
    },
    {
      kind: "paragraph",
      text: "Numbers of different steps are not comparable with each other. A dash: not stated.",
    },
  ];
}

function bitExactBlocks({ pairs, mismatches, images }: BitExact): Block[] {
  if (pairs.length === 0) return [{ kind: "paragraph", text: "Nothing was compared bit for bit." }];
  return [
    {
      kind: "paragraph",
      text: `${integer(mismatches)} mismatches; every whole-test-set pair covers at least ${integer(images)} images.`,
    },
    {
      kind: "table",
      table: {
        caption: "Computations compared bit for bit",
        columns: [
          left("reference"),
          left("candidate"),
          right("images"),
          right("mismatches"),
          left("whole test set"),
        ],
        rows: pairs.map((pair) => [
          pair.reference,
          pair.candidate,
          integer(pair.images),
          integer(pair.mismatches),
          pair.wholeTestSet ? "yes" : "no",
        ]),
      },
    },
  ];
}

/** What the firmware takes, how fast it is and whether it computes the same bits; null when nothing is known of it. */
export function firmwareSection(record: RunRecord): Section | null {
  const { resources, otherReports, bitExact, requirements } = record;
  if (resources === null && otherReports.length === 0 && bitExact === null) return null;
  const label = labelOf(record);
  return {
    id: "firmware",
    title: "Firmware",
    blocks: [
      ...(resources === null
        ? []
        : [
            ...figuresBlock(deviceShareFigure(resources, label)),
            ...figuresBlock(layerResourcesFigure(resources, label)),
            resourcesBlock(resources),
            { kind: "heading" as const, text: "Latency" },
            ...latencyBlocks(resources, requirements),
          ]),
      ...otherReportsBlocks(otherReports),
      ...(bitExact === null
        ? []
        : [{ kind: "heading" as const, text: "Bit-exactness" }, ...bitExactBlocks(bitExact)]),
    ],
  };
}
