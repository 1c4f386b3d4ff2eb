import type { EventSample, SampledEvent } from "@cnntargz/contracts";

import { eventHtml, eventSummary } from "../src/events/event-html.js";

/** Which events can be looked at, as the reader chooses. */
const CHOICES: readonly {
  title: string;
  holds: (event: SampledEvent, sample: EventSample) => boolean;
}[] = [
  { title: "all events", holds: () => true },
  { title: "muons, at random", holds: ({ reason }) => reason === "random muon" },
  { title: "background, at random", holds: ({ reason }) => reason === "random background" },
  {
    title: "near the threshold",
    holds: ({ truth }, { thresholdGeV }) =>
      truth !== null && Math.abs(truth.ptGeV - thresholdGeV) <= 1,
  },
  {
    title: "mistakes of the judged model",
    holds: ({ reason }) => reason === "missed muon" || reason === "fake",
  },
];

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Replace the example events by one that the reader picks with a slider, buttons or the keyboard. */
export function showEvents(sample: EventSample): void {
  const host = document.querySelector<HTMLElement>("[data-events]");
  if (host === null) return;
  const choices = CHOICES.map(({ title, holds }) => ({
    title,
    events: sample.events.filter((event) => holds(event, sample)),
  })).filter(({ events }) => events.length > 0);
  let { events } = choices[0]!;

  const choice = element(
    "select",
    {},
    ...choices.map(({ title, events: of }, index) =>
      element("option", { value: String(index) }, `${title} (${of.length})`),
    ),
  );
  const slider = element("input", { type: "range", min: "0", value: "0", step: "1" });
  slider.setAttribute("aria-label", "Event");
  const back = element("button", { type: "button" }, "‹");
  back.setAttribute("aria-label", "Previous event");
  const forth = element("button", { type: "button" }, "›");
  forth.setAttribute("aria-label", "Next event");
  const place = element("output", {});
  const view = element("div", { className: "event-view" });
  // Said aloud when the event changes; the view itself would be too long.
  const spoken = element("p", { className: "hidden" });
  spoken.setAttribute("aria-live", "polite");

  const show = (at: number): void => {
    const index = Math.min(Math.max(at, 0), events.length - 1);
    const event = events[index]!;
    slider.value = String(index);
    back.disabled = index === 0;
    forth.disabled = index === events.length - 1;
    place.textContent = `${index + 1} of ${events.length}`;
    slider.setAttribute("aria-valuetext", `${place.textContent}: ${eventSummary(event, sample)}`);
    view.innerHTML = eventHtml(event, sample);
  };
  const choose = (): void => {
    ({ events } = choices[Number(choice.value)]!);
    slider.max = String(events.length - 1);
    show(0);
  };
  const step = (by: number) => () => {
    show(Number(slider.value) + by);
    spoken.textContent = slider.getAttribute("aria-valuetext");
  };
  choice.addEventListener("change", choose);
  slider.addEventListener("input", () => {
    show(Number(slider.value));
  });
  back.addEventListener("click", step(-1));
  forth.addEventListener("click", step(1));
  choose();
  host.replaceChildren(
    element(
      "div",
      { className: "event-controls" },
      element("label", {}, "Show ", choice),
      back,
      slider,
      forth,
      place,
    ),
    view,
    spoken,
  );
}
