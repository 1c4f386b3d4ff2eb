import { CnntargzError } from "@cnntargz/contracts";

import { escapeMarkdown } from "./markdown.js";
import { renderFigures } from "./render-figures.js";
import type { ReportInput } from "./report-input.js";
import {
  bitExactSection,
  latencySection,
  modelsSection,
  provenanceSection,
  publishedSection,
  resourcesSection,
  verdictSection,
} from "./report-sections.js";

const CAPTIONS: Readonly<Record<string, string>> = {
  "figures/turn-on.svg": "Efficiency against true pT",
  "figures/training.svg": "Loss per epoch",
  "figures/resources.svg": "LUTs and flip-flops per layer",
  "figures/fake-rate.svg": "Fake rate by model",
  "figures/plateau.svg": "Plateau efficiency by model",
};

/**
 * The report of a run: `report.md` (GitHub-flavoured Markdown, verdict first) and the figures it
 * shows, as text by path. The same input gives the same bytes.
 *
 * @throws CnntargzError `contract` when the judged model is not among the models, labels repeat, or
 * there are more models than a figure can tell apart.
 */
export async function renderReport(input: ReportInput): Promise<Record<string, string>> {
  const labels = input.models.map(({ label }) => label);
  if (!labels.includes(input.judged)) {
    throw new CnntargzError(
      "contract",
      `the judged model "${input.judged}" is not among the report's models: ${labels.join(", ")}`,
    );
  }
  const figures = await renderFigures(input);
  const figure = (name: string) => {
    const path = `figures/${name}.svg`;
    return path in figures ? [`![${CAPTIONS[path]!}](${path})`] : [];
  };
  const parts = [
    `# ${escapeMarkdown(input.title)}`,
    verdictSection(input),
    modelsSection(input),
    ...figure("turn-on"),
    ...figure("fake-rate"),
    ...figure("plateau"),
    ...figure("training"),
    resourcesSection(input),
    ...figure("resources"),
    latencySection(input),
    bitExactSection(input),
    publishedSection(input),
    provenanceSection(input),
  ];
  return { "report.md": `${parts.join("\n\n")}\n`, ...figures };
}
