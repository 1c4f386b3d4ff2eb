import type { RunRecord } from "@cnntargz/contracts";

import type { Document, Section } from "../document/document.js";
import type { Design } from "../figures/pareto.js";
import { periodOf } from "../period-of.js";
import { firmwareSection } from "./firmware.js";
import { networksSection } from "./networks.js";
import { labelOf, performanceSection } from "./performance.js";
import { profileSection } from "./profile.js";
import { provenanceSection } from "./provenance.js";
import { publishedSection } from "./published.js";
import { trainingSection } from "./training.js";
import { keyFigures, verdictOf, verdictSection } from "./verdict.js";

function eventsSection({ events }: RunRecord): Section | null {
  if (events === null || events.events.length === 0) return null;
  return {
    id: "events",
    title: "Events",
    blocks: [{ kind: "events", sample: events }],
  };
}

function designOf({ models, judged, resources }: RunRecord): Design[] {
  if (resources === null) return [];
  const index = models.findIndex(({ label }) => label === judged);
  const { latencyCycles, total } = resources;
  return [
    {
      index,
      label: judged,
      latencyNs: latencyCycles * periodOf(resources)!,
      lut: total.lut,
      resolutionGeV: models[index]!.performance.resolution?.stdGeV ?? null,
    },
  ];
}

/** The report of one run. */
export function runDocument(record: RunRecord): Document {
  const { title, judged, resources, requirements } = record;
  const own = resources === null ? [] : [{ name: judged, resources }];
  const sections = [
    verdictSection(record),
    performanceSection(record),
    eventsSection(record),
    trainingSection(record),
    networksSection(record),
    profileSection(record),
    firmwareSection(record),
    publishedSection(own, designOf(record), requirements.latencyNs, labelOf(record)),
    provenanceSection(record),
  ];
  return {
    title,
    verdict: verdictOf(record),
    keyFigures: keyFigures(record),
    sections: sections.filter((section) => section !== null),
  };
}
