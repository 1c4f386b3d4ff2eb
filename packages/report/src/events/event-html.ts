import type { EventSample, SampledEvent } from "@cnntargz/contracts";

import { escapeXml } from "../escape-xml.js";
import { colourOf, swatch } from "../figures/swatch.js";
import { drawHits, drawPixels, drawPtAxis } from "./drawing.js";

const gev = (ptGeV: number): string => `${ptGeV.toFixed(1)} GeV`;
const sign = (charge: number): string =>
  charge === 0 ? "" : `, charge ${charge > 0 ? "+1" : "−1"}`;

const REASONS: Readonly<Record<SampledEvent["reason"], string>> = {
  "random muon": "drawn at random from all muons",
  "random background": "drawn at random from all background events",
  "missed muon": "drawn from the plateau muons that the judged model missed",
  fake: "drawn from the background events that the judged model accepted",
};

/** What an event is, in words. */
function truthText({ truth }: SampledEvent): string {
  if (truth === null) return "background";
  return `muon of ${gev(truth.ptGeV)}, eta ${truth.eta.toFixed(3)}${sign(truth.charge)}`;
}

/** What an event is and what the judged model said, for those who do not see it. */
export function eventSummary(
  event: SampledEvent,
  { models, judged, thresholdGeV }: EventSample,
): string {
  const prediction = event.predictions[judged];
  if (prediction === undefined) return truthText(event);
  const fires = prediction.ptGeV >= thresholdGeV;
  return `${truthText(event)}; ${models[judged]!} says ${gev(prediction.ptGeV)}: ${fires ? "accepted" : "rejected"}`;
}

function predictionRows(event: SampledEvent, { models, thresholdGeV }: EventSample): string {
  return event.predictions
    .map(({ ptGeV, eta }, model) => {
      const fires = ptGeV >= thresholdGeV;
      return `<tr><th scope="row">${swatch(model)} ${escapeXml(models[model]!)}</th><td class="number">${ptGeV.toFixed(2)}</td><td class="number">${eta === null ? "-" : eta.toFixed(3)}</td><td>${fires ? "accepted" : "rejected"}</td></tr>`;
    })
    .join("");
}

/** One event as HTML: the 9x384 hits with the window, the 9x16 image, predictions beside the truth. */
export function eventHtml(event: SampledEvent, sample: EventSample): string {
  const { hits, windowStart, pixels, truth, predictions } = event;
  const axis = drawPtAxis(
    predictions.map(({ ptGeV }, model) => ({ ptGeV, colour: colourOf(model) })),
    truth?.ptGeV ?? null,
    sample.thresholdGeV,
  );
  const window =
    windowStart === null ? "no window" : `window: strips ${windowStart} to ${windowStart + 31}`;
  return [
    '<div class="event">',
    `<p class="event-title"><strong>${escapeXml(truthText(event))}</strong> <span class="note">event ${event.event} of the data set, ${REASONS[event.reason]}</span></p>`,
    hits === null
      ? ""
      : `<div class="event-part"><p class="event-label">9×384 image: ${hits.length} hits, ${window}, outermost layer on top</p>${drawHits(event)}<p class="axis-ends"><span>strip 0</span><span>strip 383</span></p></div>`,
    '<div class="event-row">',
    pixels === null
      ? ""
      : `<div class="event-part"><p class="event-label">9×16 image, as the network sees it</p>${drawPixels(event)}</div>`,
    `<div class="event-part"><p class="event-label">Predicted pT in GeV: filled when accepted; dashed: threshold${truth === null ? "" : "; bar: truth"}</p>${axis}`,
    `<table class="predictions"><thead><tr><th scope="col">model</th><th scope="col" class="number">pT, GeV</th><th scope="col" class="number">eta</th><th scope="col">trigger</th></tr></thead><tbody>${predictionRows(event, sample)}</tbody></table></div>`,
    "</div></div>",
  ].join("");
}

/** Events that a page without scripts shows: one of each kind there is. */
export function exampleEvents({ events }: EventSample): readonly SampledEvent[] {
  const reasons = new Set(events.map(({ reason }) => reason));
  return [...reasons].map((wanted) => events.find(({ reason }) => reason === wanted)!);
}
