import type { Proportion, ResourceKind, TrainedModel } from "@cnntargz/contracts";

import { escapeMarkdown, markdownTable } from "./markdown.js";
import { integer, percent, perMille, shareOf, significant } from "./numbers.js";
import {
  MISPRINTS,
  PUBLISHED_CLOCK_NS,
  PUBLISHED_DESIGNS,
  type PublishedDesign,
} from "./published-designs.js";
import type { ReportInput, ReportModel } from "./report-input.js";

const right = (title: string) => ({ title, align: "right" as const });
const left = (title: string) => ({ title });

const KINDS: readonly (readonly [ResourceKind, string])[] = [
  ["lut", "LUT"],
  ["ff", "FF"],
  ["dsp", "DSP"],
  ["bram18", "BRAM18"],
  ["uram", "URAM"],
];

/** The verdict table, and what was compared in each row. */
export function verdictSection({ verdict, judged }: ReportInput): string {
  const value = (number: number | null, unit: string) =>
    number === null ? "" : `${significant(number)}${unit === "" ? "" : ` ${escapeMarkdown(unit)}`}`;
  const table = markdownTable(
    [left("requirement"), right("value"), right("limit"), right("margin"), left("status")],
    verdict.rows.map((row) => [
      escapeMarkdown(row.requirement),
      value(row.value, row.unit),
      value(row.limit, row.unit),
      row.margin === null ? "" : `${(100 * row.margin).toFixed(1)} %`,
      row.status === "info" ? "info" : `**${row.status}**`,
    ]),
  );
  const notes = verdict.rows.map(
    (row) => `- ${escapeMarkdown(row.requirement)}: ${escapeMarkdown(row.note)}`,
  );
  return (
    `## Verdict: ${verdict.status}\n\n` +
    `For ${escapeMarkdown(judged)}. Margins are fractions of the limit.\n\n${table}\n\n${notes.join("\n")}`
  );
}

function parameterCount(model: TrainedModel): number {
  return Object.values(model.weights).reduce((sum, { values }) => sum + values.length, 0);
}

const withInterval = ({ value, low, high }: Proportion, format: (value: number) => string) =>
  value === null ? "" : `${format(value)} (${format(low)}..${format(high)})`;

function modelRow({ label, model, performance }: ReportModel): readonly string[] {
  const { plateau, plateauLowerLimit, fakeRate, fakeRateUpperLimit, resolution } = performance;
  const lastEpoch = model?.metrics.epochs.at(-1);
  return [
    escapeMarkdown(label),
    model === null ? "" : integer(parameterCount(model)),
    model === null ? "" : escapeMarkdown(model.quantScheme?.label ?? "float32"),
    lastEpoch === undefined ? "" : significant(lastEpoch.validationLoss),
    withInterval(plateau, (value) => significant(value)),
    plateau.total === 0 ? "" : significant(plateauLowerLimit),
    withInterval(fakeRate, perMille),
    fakeRate.total === 0 ? "" : perMille(fakeRateUpperLimit),
    resolution === null
      ? ""
      : `${significant(resolution.biasGeV, 2)} ± ${significant(resolution.stdGeV, 3)} (${significant(resolution.halfWidth68GeV, 3)})`,
    performance.etaResolutionPx === null ? "" : significant(performance.etaResolutionPx, 3),
  ];
}

/** Parameters, bits, losses and trigger performance of all models. */
export function modelsSection({ models }: ReportInput): string {
  const table = markdownTable(
    [
      left("model"),
      right("parameters"),
      left("weights"),
      right("validation loss"),
      right("plateau"),
      right("95 % lower"),
      right("fakes ‰"),
      right("95 % upper"),
      right("resolution GeV"),
      right("eta px"),
    ],
    models.map(modelRow),
  );
  const thresholds = [...new Set(models.map(({ performance }) => performance.thresholdGeV))];
  return (
    `## Models\n\n${table}\n\n` +
    `Threshold ${thresholds.join(", ")} GeV on predicted pT. Validation loss: after the last epoch, scaled targets. ` +
    `Plateau: true pT of 15 to 20 GeV. Fakes: background events at or above the threshold. In brackets: ` +
    `Clopper-Pearson intervals of ${percent(models[0]?.performance.plateau.confidence ?? 0)}. Resolution: bias ± standard ` +
    `deviation (half of the central 68 %) of predicted minus true pT within 1 GeV of the threshold.`
  );
}

/** Resources per layer, with the band and the share of the device. */
export function resourcesSection({ resources }: ReportInput): string {
  const { total, band, device, perLayer, source, like } = resources;
  const row = (name: string, cell: (kind: ResourceKind) => string) => [
    name,
    ...KINDS.map(([kind]) => cell(kind)),
  ];
  const table = markdownTable(
    [left("layer"), ...KINDS.map(([, title]) => right(title))],
    [
      ...perLayer.map((layer) => row(escapeMarkdown(layer.name), (kind) => integer(layer[kind]))),
      row("**total**", (kind) => `**${integer(total[kind])}**`),
      row("band, 90 %", (kind) => `${integer(band[kind][0])}..${integer(band[kind][1])}`),
      row(`on ${escapeMarkdown(device.name)}`, (kind) => integer(device.available[kind])),
      row("share", (kind) => shareOf(total[kind], device.available[kind])),
    ],
  );
  return `## Resources\n\nSource: ${source}, like ${like}.\n\n${table}`;
}

/** Latency and interval with the input they are stated for. */
export function latencySection({ resources, requirements }: ReportInput): string {
  const { latencyCycles, initiationInterval, clockNs, input, source } = resources;
  const row = (name: string, cycles: number, required: number) => [
    name,
    integer(cycles),
    significant(cycles * clockNs, 6),
    significant(required, 6),
  ];
  const table = markdownTable(
    [left("quantity"), right("cycles"), right("ns"), right("required ns")],
    [
      row("latency, first input to last output", latencyCycles, requirements.latencyNs),
      row("interval between images", initiationInterval, requirements.bunchCrossingNs),
    ],
  );
  return (
    `## Latency\n\nInput: ${escapeMarkdown(input)}. Clock period ${significant(clockNs)} ns. ` +
    `Source: ${source}.\n\n${table}`
  );
}

/** What was compared bit for bit. */
export function bitExactSection({ bitExact }: ReportInput): string {
  const heading = "## Bit-exactness";
  if (bitExact.pairs.length === 0) return `${heading}\n\nNothing was compared.`;
  const table = markdownTable(
    [
      left("reference"),
      left("candidate"),
      right("images"),
      right("mismatches"),
      left("whole test set"),
    ],
    bitExact.pairs.map((pair) => [
      escapeMarkdown(pair.reference),
      escapeMarkdown(pair.candidate),
      integer(pair.images),
      integer(pair.mismatches),
      pair.wholeTestSet ? "yes" : "no",
    ]),
  );
  return (
    `${heading}\n\n${integer(bitExact.mismatches)} mismatches; every whole-test-set pair covers at least ` +
    `${integer(bitExact.images)} images.\n\n${table}`
  );
}

const FACTORS = ["bram18", "dsp", "ff", "lut"] as const;
type Compared = Pick<PublishedDesign, (typeof FACTORS)[number] | "latencyCycles">;

const factor = (reference: number, value: number) =>
  value === 0 ? "" : significant(reference / value, 3);

/** The published table, this design in its last row, and the factors to the published Teacher. */
export function publishedSection({ resources, judged }: ReportInput): string {
  const teacher = PUBLISHED_DESIGNS[0]!;
  const ours: Compared = { ...resources.total, latencyCycles: resources.latencyCycles };
  const ourName = `**here: ${escapeMarkdown(judged)}** (${resources.source})`;
  const { available } = resources.device;
  const counts = (name: string, design: Compared, clockNs: number) => [
    name,
    ...FACTORS.map((kind) => integer(design[kind])),
    integer(design.latencyCycles),
    significant(design.latencyCycles * clockNs, 6),
  ];
  const shares = (name: string, cells: (kind: (typeof FACTORS)[number]) => string) => [
    name,
    ...FACTORS.map(cells),
  ];
  const factors = (name: string, design: Compared) => [
    name,
    ...FACTORS.map((kind) => factor(teacher[kind], design[kind])),
    factor(teacher.latencyCycles, design.latencyCycles),
  ];
  const titles = [right("BRAM18"), right("DSP"), right("FF"), right("LUT")];
  const absolute = markdownTable(
    [left("design"), ...titles, right("cycles"), right("ns")],
    [
      ...PUBLISHED_DESIGNS.map((design) => counts(design.name, design, PUBLISHED_CLOCK_NS)),
      counts(ourName, ours, resources.clockNs),
    ],
  );
  const occupancy = markdownTable(
    [left("share of the device, %"), ...titles],
    [
      ...PUBLISHED_DESIGNS.map((design) =>
        shares(design.name, (kind) => String(design.printedPercent[kind])),
      ),
      shares(ourName, (kind) => shareOf(ours[kind], available[kind]).replace(" %", "")),
    ],
  );
  const compression = markdownTable(
    [left("factor to the Teacher"), ...titles, right("latency")],
    [
      ...PUBLISHED_DESIGNS.slice(1).map((design) => factors(design.name, design)),
      factors(ourName, ours),
    ],
  );
  const misprints = MISPRINTS.map(
    ({ what, printed, should, why }) => `- ${what}: printed ${printed}, is ${should} (${why})`,
  );
  return (
    `## Beside the published designs\n\n` +
    `Published: HLS C-synthesis on VU13P at ${PUBLISHED_CLOCK_NS} ns, values as printed (k and M rounded, percentages ` +
    `truncated). Factors are computed here from the printed counts. This design's figures are ${resources.source} figures ` +
    `like ${resources.like}.\n\n${absolute}\n\n${occupancy}\n\n${compression}\n\n` +
    `Misprints in the published tables:\n\n${misprints.join("\n")}`
  );
}

/** Digests, seeds and versions: what it takes to make this again. */
export function provenanceSection({ provenance, models }: ReportInput): string {
  const code = (text: string) => `\`${text.replace(/[`|\r\n]/g, " ")}\``;
  const ofModels = models.flatMap(({ label, model }) => {
    if (model === null) return [];
    const { stage, seed, inputs, packages } = model.provenance;
    const name = (what: string) => escapeMarkdown(`${label}: ${what}`);
    return [
      [name("stage"), code(stage)],
      [name("seed"), code(String(seed))],
      ...Object.entries(inputs).map(([role, digest]) => [name(`input ${role}`), code(digest)]),
      ...Object.entries(packages).map(([pkg, version]) => [name(pkg), code(version)]),
    ];
  });
  const given = provenance.map(({ name, value }) => [escapeMarkdown(name), code(value)]);
  const rows = [...given, ...ofModels];
  if (rows.length === 0) return "## Provenance\n\nNone was recorded.";
  return `## Provenance\n\n${markdownTable([left("what"), left("value")], rows)}`;
}
