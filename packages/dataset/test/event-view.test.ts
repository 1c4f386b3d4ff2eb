import { eventSvg, eventText, viewEvent } from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

import { hitsOf, make } from "./events.js";

const dataset = make({ events: 30, noisePerPixel: 0.003, windows: "overlapping" });
const muon = dataset.isMuon.indexOf(1);
const count = (text: string, part: string) => text.split(part).length - 1;

describe("viewEvent", () => {
  it("unpacks an event", () => {
    const view = viewEvent(dataset, muon);
    for (let layer = 0; layer < 9; layer++) {
      expect(view.hits[layer]).toEqual(hitsOf(dataset, muon, layer));
    }
    expect(view.windowStart).toBe(16 * dataset.window[muon]!);
    expect(view.pixels.flat()).toEqual([...dataset.pixels.subarray(144 * muon, 144 * muon + 144)]);
    expect(view.title).toMatch(/^event \d+: muon of pT \d+\.\d\d GeV, eta 0\.\d+, charge [+-]1$/);
    expect(viewEvent(dataset, dataset.isMuon.indexOf(0)).title).toMatch(/background/);
  });

  it("refuses events that are not there", () => {
    expect(() => viewEvent(dataset, 30)).toThrow(/there are events 0 \.\. 29/);
  });
});

describe("eventSvg", () => {
  it("draws every hit, the window and every pixel, in well-formed XML", () => {
    const view = viewEvent(dataset, muon);
    const svg = eventSvg(view);
    expect(count(svg, 'class="hit"')).toBe(view.hits.flat().length);
    expect(count(svg, 'class="pixel"')).toBe(144);
    expect(svg).toContain(`<rect x="${40 + 2.5 * view.windowStart!}" y="40" width="80"`);
    expect(count(svg, "<")).toBe(count(svg, ">"));
    expect(count(svg, "<text")).toBe(count(svg, "</text>"));
  });
});

describe("eventText", () => {
  it("shows hits, window and pixels in a hundred columns", () => {
    const view = viewEvent(dataset, muon);
    const text = eventText(view);
    const lines = text.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    const digits = lines.slice(2, 11).flatMap((line) => line.slice(2).match(/\d/g) ?? []);
    expect(digits.reduce((sum, digit) => sum + Number(digit), 0)).toBe(view.hits.flat().length);
    expect(lines[11]!.indexOf("^") - 2).toBe(view.windowStart! / 4);
    expect(count(text, "▒▒")).toBe(view.pixels.flat().filter((pixel) => pixel === 1).length);
  });
});
