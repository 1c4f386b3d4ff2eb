import type { RunRecord } from "@cnntargz/contracts";

import {
  type Block,
  type Document,
  left,
  right,
  type Section,
  type Table,
} from "../document/document.js";
import { type BitsSeries, bitsFigures } from "../figures/bits.js";
import type { Design } from "../figures/pareto.js";
import type { FigureLabel } from "../figures/plot.js";
import { trainingFigure } from "../figures/training.js";
import type { PerformanceSeries } from "../figures/turn-on.js";
import { integer, interval, perMille, significant } from "../numbers.js";
import { periodOf } from "../period-of.js";
import { differences } from "./differences.js";
import { figuresBlock, performanceBlocks } from "./performance.js";
import { publishedSection } from "./published.js";

/** A run in a comparison. */
export interface ComparedRun {
  /** Such as the name of its folder; different for each run. */
  readonly label: string;
  readonly record: RunRecord;
}

/** More curves over each other nobody tells apart. */
const OVERLAID = 10;

const judgedOf = ({ models, judged }: RunRecord) => models.find(({ label }) => label === judged)!;

function runsTable(runs: readonly ComparedRun[]): Table {
  return {
    caption: "All runs",
    columns: [
      left("run"),
      left("verdict"),
      right("bits"),
      left("hints"),
      right("plateau"),
      right("fake rate, ‰"),
      right("pT resolution, GeV"),
      right("latency, ns"),
      right("interval, ns"),
      right("LUT"),
      right("FF"),
      right("DSP"),
    ],
    rows: runs.map(({ label, record }) => {
      const { plateau, fakeRate, resolution } = judgedOf(record).performance;
      const { verdict, resources, bits, hints } = record;
      const ns = (cycles: number) => significant(cycles * periodOf(resources!)!, 6);
      return [
        label,
        verdict === null ? "" : [{ status: verdict.status }],
        bits === null ? "float" : String(bits),
        hints === null ? "no" : "yes",
        interval(plateau, (value) => significant(value)),
        interval(fakeRate, perMille),
        resolution === null ? "" : significant(resolution.stdGeV, 3),
        ...(resources === null
          ? ["", "", "", "", ""]
          : [
              ns(resources.latencyCycles),
              ns(resources.initiationInterval),
              integer(resources.total.lut),
              integer(resources.total.ff),
              integer(resources.total.dsp),
            ]),
      ];
    }),
  };
}

function differencesBlocks(runs: readonly ComparedRun[]): Block[] {
  const { settings, rows } = differences(runs.map(({ record }) => record.config));
  if (settings.length === 0) {
    return [{ kind: "paragraph", text: "The runs have the same configuration." }];
  }
  return [
    {
      kind: "table",
      table: {
        caption: "Settings in which the runs differ",
        columns: [left("run"), ...settings.map(left)],
        rows: runs.map(({ label }, index) => [label, ...rows[index]!]),
      },
    },
  ];
}

/** Every run's judged model, then the floating-point models of the first run for reference. */
function overlaid(runs: readonly ComparedRun[]): readonly PerformanceSeries[] {
  const first = runs[0]!;
  const references = first.record.models
    .filter(
      ({ label, training }) => label !== first.record.judged && training?.quantScheme === null,
    )
    .map(({ label, performance }) => ({ label: `${label} (${first.label})`, performance }));
  const own = runs.slice(0, OVERLAID - references.length).map(({ label, record }) => ({
    label,
    performance: judgedOf(record).performance,
  }));
  return [...own, ...references].map((each, index) => ({ index, ...each }));
}

function performanceSection(runs: readonly ComparedRun[], label: FigureLabel): Section {
  const series = overlaid(runs);
  const shown = series.filter((each) => runs.some((run) => run.label === each.label)).length;
  return {
    id: "trigger",
    title: "Trigger performance",
    blocks: [
      { kind: "series", title: "Runs", labels: series.map((each) => each.label) },
      ...(shown < runs.length
        ? [
            {
              kind: "paragraph" as const,
              text: `The first ${shown} of ${runs.length} runs are shown here; the table of runs and the figures by bits have all.`,
            },
          ]
        : []),
      ...performanceBlocks(series, runs[0]!.record.requirements, label),
    ],
  };
}

function bitsSection(runs: readonly ComparedRun[], label: FigureLabel): Section | null {
  const quantized = runs.flatMap(({ label: name, record }, index): BitsSeries[] =>
    record.bits === null
      ? []
      : [
          {
            index,
            label: name,
            performance: judgedOf(record).performance,
            bits: record.bits,
            isDistilled: record.hints !== null,
          },
        ],
  );
  const kinds = new Set(quantized.map(({ bits, isDistilled }) => `${bits} ${isDistilled}`));
  if (kinds.size < 2) return null;
  const [fakeRate, plateau, resolution] = bitsFigures(
    quantized,
    runs[0]!.record.requirements,
    label,
  );
  return {
    id: "bits",
    title: "By number of bits, with and without hints",
    blocks: [
      ...figuresBlock(fakeRate ?? null, plateau ?? null),
      ...figuresBlock(resolution ?? null),
    ],
  };
}

function trainingSection(runs: readonly ComparedRun[], label: FigureLabel): Section | null {
  const trained = runs.slice(0, OVERLAID).flatMap(({ label: name, record }, index) => {
    const metrics = judgedOf(record).training?.metrics;
    return metrics && metrics.epochs.length > 0 ? [{ index, label: name, metrics }] : [];
  });
  if (trained.length === 0) return null;
  return {
    id: "training",
    title: "Training",
    blocks: [
      { kind: "series", title: "Runs", labels: runs.slice(0, OVERLAID).map((run) => run.label) },
      ...figuresBlock(trainingFigure(trained, label)),
    ],
  };
}

function provenanceSection(runs: readonly ComparedRun[]): Section {
  return {
    id: "provenance",
    title: "Provenance",
    blocks: runs.flatMap(({ label, record: { provenance, config } }): Block[] => [
      { kind: "heading", text: label },
      {
        kind: "table",
        table: {
          caption: `Digests, seed and versions of ${label}`,
          columns: [left("what"), left("value")],
          rows: provenance.map(({ name, value }) => [name, [{ code: value }]]),
        },
      },
      { kind: "details", summary: "Configuration", code: JSON.stringify(config, null, 2) },
    ]),
  };
}

function designsOf(runs: readonly ComparedRun[]): Design[] {
  return runs.flatMap(({ label, record }, index) => {
    const { resources } = record;
    if (resources === null) return [];
    return [
      {
        index,
        label,
        latencyNs: resources.latencyCycles * periodOf(resources)!,
        lut: resources.total.lut,
        resolutionGeV: judgedOf(record).performance.resolution?.stdGeV ?? null,
      },
    ];
  });
}

/** Several runs beside each other. */
export function comparisonDocument(runs: readonly ComparedRun[]): Document {
  const title = `${runs.length} runs`;
  const samples = [...new Set(runs.map(({ record }) => record.sample))];
  const label: FigureLabel = { sample: samples.join(", "), title };
  const judged = runs.filter(({ record }) => record.verdict !== null);
  const passed = judged.filter(({ record }) => record.verdict?.status === "pass");
  const own = runs.flatMap(({ label: name, record: { resources } }) =>
    resources === null ? [] : [{ name, resources }],
  );
  const sections = [
    {
      id: "runs",
      title: "Runs",
      blocks: [{ kind: "table" as const, table: runsTable(runs) }, ...differencesBlocks(runs)],
    },
    bitsSection(runs, label),
    performanceSection(runs, label),
    publishedSection(own, designsOf(runs), runs[0]!.record.requirements.latencyNs, label),
    trainingSection(runs, label),
    provenanceSection(runs),
  ];
  return {
    title: `Comparison of ${title}`,
    verdict:
      judged.length === 0
        ? null
        : {
            status: null,
            sentence: `${passed.length} of ${judged.length} runs meet every requirement.`,
          },
    keyFigures: [],
    sections: sections.filter((section) => section !== null),
  };
}
