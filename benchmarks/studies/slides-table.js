// node benchmarks/studies/slides-table.js [--train] [--runs DIR]: the slides' table with networks of
// our own. With --train, Teacher, Student and quantized Students at 4 and 3 bits are trained anew by
// the recipe of the demo preset and kept as fixtures of packages/conformance, whose tests are about
// them; without, the kept ones are taken. Writes docs/studies/slides-table.md.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { TrainedModel } from "@cnntargz/contracts";
import { estimateHls, percentOf } from "@cnntargz/fpga-eval";
import { planHls } from "@cnntargz/hls-codegen";
import { asPublished, presetConfig, readRunFiles, runPipeline } from "@cnntargz/orchestrator";
import { MISPRINTS, PUBLISHED_DESIGNS } from "@cnntargz/report";
import { readArtifact } from "@cnntargz/stage-kit";
import { format } from "prettier";

const { values: options } = parseArgs({
  options: {
    train: { type: "boolean", default: false },
    runs: { type: "string", default: "tmp/slides-table" },
  },
});
const MODELS = "packages/conformance/test/fixtures/slides-table";
const FILES = ["teacher", "student", "qstudent-4bit", "qstudent-3bit"];
/** Train the four networks and keep them, with what they do on the test events. */
async function train() {
  const preset = presetConfig("demo");
  const { quantization } = preset;
  // Few levels jump far; a smaller step settles them (docs/quantization.md).
  const threeBits = {
    ...quantization,
    bits: 3,
    train: { ...quantization.train, learningRate: 3e-3 },
  };
  const configs = [preset, { ...preset, name: "three bits", quantization: threeBits }];
  const performance = [];
  for (const [index, config] of configs.entries()) {
    const { summary } = await runPipeline(config, { out: options.runs });
    const { trained } = readRunFiles(options.runs);
    const keep = (from, name) => copyFileSync(from, join(MODELS, `${name}.json`));
    if (index === 0) {
      keep(trained("teacher"), "teacher");
      keep(trained("student"), "student");
    }
    keep(trained("quantized"), FILES[2 + index]);
    const results = Object.values(summary.models);
    performance.push(...(index === 0 ? results.slice(0, 2) : []), results[2]);
  }
  writeFileSync(join(MODELS, "performance.json"), `${JSON.stringify(performance, null, 2)}\n`);
}

/** A model in the setting of the slides' table. */
function designOf(name) {
  const { network, plan, resources } = asPublished(
    readArtifact(join(MODELS, `${name}.json`), TrainedModel),
  );
  const multipliers = network.layers.reduce((sum, layer) => {
    return sum + ("weights" in layer ? layer.weights.values.length : 0);
  }, 0);
  return { network, plan, resources, multipliers };
}

const count = (value) => value.toLocaleString("en-US");
const range = ([low, high]) => (low === high ? count(low) : `${count(low)} to ${count(high)}`);
const percent = (ours, printed) => `${(100 * (ours / printed - 1)).toFixed(1)} %`;
const table = (titles, rows) =>
  [titles, titles.map((_, column) => (column === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/**
 * Cycles of the Teacher in hls4ml's architecture, with padding and activations as layers of their own
 * and `cycles` per position in the padding layers, whose loops hls4ml does not pipeline.
 */
function teacherCycles({ network }, cycles) {
  const plan = planHls(network, { ioType: "io_stream", clockPeriodNs: 2, compat: "hls4ml" });
  const layers = plan.layers.map((layer) =>
    layer.kind === "zeroPad2d" ? { ...layer, initiationInterval: cycles } : layer,
  );
  return estimateHls({ ...plan, layers }, network).latencyCycles;
}

function render() {
  const designs = FILES.map(designOf);
  const performance = JSON.parse(readFileSync(join(MODELS, "performance.json"), "utf8"));
  const rows = PUBLISHED_DESIGNS.map((printed, index) => ({ printed, ...designs[index] }));
  const [teacher] = designs;
  const teacherPrinted = PUBLISHED_DESIGNS[0];
  const factor = (own, of) => (own === 0 ? "-" : (of / own).toPrecision(3));
  const kinds = ["lut", "ff", "dsp", "bram18"];
  return `# The slides' table, with networks of our own

Made by \`node benchmarks/studies/slides-table.js\`. Teacher, Student and quantized Students are trained on toy events by the
recipe of the demo preset and put into the published setting: \`ap_fixed<32,16>\` throughout for the two trained in floating
point, hls4ml's types for the quantized ones with \`ap_fixed<16,6>\` for input and output layer, streams, a multiplier per
weight, 2 ns, VU13P. "Here" is an **estimate** of what C-synthesis would print ([how](../resource-estimates.md)), with its
90 % band; nothing in it was fitted to these rows. "Printed" is the slides' table, C-synthesis by HLS, rounded there.

## Counts

${table(
  ["design", "", "LUT", "FF", "DSP", "BRAM18", "cycles", "multipliers"],
  rows.flatMap(({ printed, resources, multipliers }) => {
    const { total, band } = resources;
    return [
      [
        printed.name,
        "printed",
        ...kinds.map((kind) => count(printed[kind])),
        printed.latencyCycles,
        "",
      ],
      [
        "",
        "here",
        ...kinds.map((kind) => count(total[kind])),
        resources.latencyCycles,
        count(multipliers),
      ],
      ["", "90 % band", ...kinds.map((kind) => range(band[kind])), "", ""],
    ];
  }),
)}

## Share of VU13P in percent, and factors to the Teacher

${table(
  [
    "design",
    "",
    "LUT",
    "FF",
    "DSP",
    "BRAM18",
    "LUT factor",
    "FF factor",
    "DSP factor",
    "latency factor",
  ],
  rows.flatMap(({ printed, resources }) => {
    const share = percentOf(resources);
    return [
      [
        printed.name,
        "printed",
        ...kinds.map((kind) => printed.printedPercent[kind] || "~0"),
        ...["lut", "ff", "dsp"].map((kind) => factor(printed[kind], teacherPrinted[kind])),
        factor(printed.latencyCycles, teacherPrinted.latencyCycles),
      ],
      [
        "",
        "here",
        ...kinds.map((kind) => share[kind].toFixed(2)),
        ...["lut", "ff", "dsp"].map((kind) =>
          factor(resources.total[kind], teacher.resources.total[kind]),
        ),
        factor(resources.latencyCycles, teacher.resources.latencyCycles),
      ],
    ];
  }),
)}

Factors of the printed rows are computed from the printed counts.

## What the networks do

Toy events, ${count(presetConfig("demo").dataset.split.test)} to test on, threshold 10 GeV; the models as trained, before their last layer is rounded.

${table(
  ["design", "plateau (15..20 GeV)", "fake rate, 95 % limit", "sigma(pT) at 10 GeV"],
  rows.map(({ printed }, index) => {
    const { plateau, fakeRateUpperLimit, resolutionGeV } = performance[index];
    return [
      printed.name,
      `${(100 * plateau).toFixed(2)} %`,
      `${(1000 * fakeRateUpperLimit).toFixed(2)} per mille`,
      `${resolutionGeV.toFixed(2)} GeV`,
    ];
  }),
)}

## How to read it

- **Latency** of the Students: ${rows
    .slice(1)
    .map(({ printed, resources }) => {
      const { latencyCycles } = resources;
      return `${latencyCycles} for ${printed.latencyCycles} (${percent(latencyCycles, printed.latencyCycles)})`;
    })
    .join(", ")}. The 9 x 16 pixels of the image, one per cycle, are 144 of them.
- **DSP of the wide designs**: three blocks for a product of 32 x 32 bits kept in 32 bits; equal products of an input are
  one, and a weight with at most two signed digits needs none. ${rows
    .slice(0, 2)
    .map(({ printed, resources }) => `${printed.name} ${percent(resources.total.dsp, printed.dsp)}`)
    .join(", ")}. The Student's printed 3.8 k would be 3.8 blocks per multiplier.
- **DSP at 4 bits**: products of fewer than 8 bits stay in LUTs, so the count is 0 for both quantized Students; only the
  output layer, which nobody quantizes, has wide weights. Were its products put into blocks, the law gives
  ${designs[2].resources.band.dsp[1]} for our weights at 4 bits, the end of the band. Printed: 6 at 4 bits, 0 at 3 bits.
- **Latency of the Teacher**: ${teacher.resources.latencyCycles} cycles here, ${teacherPrinted.latencyCycles} printed. Our schedule pads inside the
  convolution's window, at one position per cycle. hls4ml has a padding layer before each of the five convolutions, whose
  loops are not pipelined. In its architecture our schedule takes ${teacherCycles(teacher, 1)} cycles at one cycle per position
  and ${teacherCycles(teacher, 2)} at two (read, then write), ${percent(teacherCycles(teacher, 2), teacherPrinted.latencyCycles)} from what is printed; entering and
  leaving the loops of each row is not counted. So padding explains the gap; two cycles per position is read off hls4ml's
  source, not off a report.
- **LUT of the wide designs** are ${rows
    .slice(0, 2)
    .map(({ printed, resources }) => (resources.total.lut / printed.lut).toFixed(1))
    .join(
      " and ",
    )} times what is printed: what surrounds a wide product comes from one report of another tool version. Flip-flops agree to
  ${rows
    .slice(0, 2)
    .map(({ printed, resources }) => percent(resources.total.ff, printed.ff))
    .join(" and ")}. Block RAM does not agree:
  ours is that of the streams, as deep as the schedule needs them; what the published designs keep in theirs is not said.

## Misprints in the slides

${MISPRINTS.map(({ what, printed, should, why }) => `- ${what}: printed ${printed}, is ${should} (${why}).`).join("\n")}
`;
}

if (options.train) await train();
const markdown = { parser: "markdown", printWidth: 120, proseWrap: "always" };
writeFileSync("docs/studies/slides-table.md", await format(render(), markdown));
