import { afterEach, describe, expect, it, vi } from "vitest";

import { figureSpecs, renderFigures } from "@cnntargz/report";

import { sampleInput } from "./sample.js";

/** Texts of an SVG, in drawing order. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

/** Colours of the filled symbols that stand for data, in drawing order. */
const count = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].length;

describe("renderFigures", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("draws every figure that there is data for", async () => {
    const figures = await renderFigures(sampleInput());
    expect(Object.keys(figures)).toEqual([
      "figures/turn-on.svg",
      "figures/training.svg",
      "figures/resources.svg",
      "figures/fake-rate.svg",
      "figures/plateau.svg",
    ]);
    for (const svg of Object.values(figures)) {
      expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
      expect(svg).toMatch(/<\/svg>\n$/);
      expect(svg).toContain('font-family="sans-serif"');
    }
  });

  it("gives the same bytes twice, in one process", async () => {
    expect(await renderFigures(sampleInput())).toEqual(await renderFigures(sampleInput()));
  });

  it("leaves out what there is no data for", async () => {
    const input = sampleInput();
    const figures = await renderFigures({
      models: input.models.slice(2),
      resources: null,
      requirements: input.requirements,
    });
    expect(Object.keys(figures)).toEqual(["figures/turn-on.svg"]);
  });

  it("names models, axes and the threshold", async () => {
    const svg = (await renderFigures(sampleInput()))["figures/turn-on.svg"]!;
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "Teacher",
        "QStudent 4 bit",
        "QStudent 4 bit (integer)",
        "true pT [GeV]",
        "efficiency",
        "threshold 10 GeV",
      ]),
    );
    expect(texts(svg).join()).not.toContain("…");
  });

  it("draws a point per model and bin, without those that have no events", async () => {
    const points = (svg: string) => count(svg, /aria-roledescription="point"/g);
    const input = sampleInput();
    const full = (await renderFigures(input))["figures/turn-on.svg"]!;
    expect(points(full)).toBe(3 * 12);
    const teacher = input.models[0]!;
    const empty = { passed: 0, total: 0, value: null, low: 0, high: 1, confidence: 0.68 };
    const turnOn = teacher.performance.turnOn.map((bin, index) =>
      index < 2 ? { ...bin, efficiency: empty } : bin,
    );
    const models = [{ ...teacher, performance: { ...teacher.performance, turnOn } }];
    const fewer = (await renderFigures({ ...input, models }))["figures/turn-on.svg"]!;
    expect(points(fewer)).toBe(10);
  });

  it("shows the layers in the order of the data flow", async () => {
    const svg = (await renderFigures(sampleInput()))["figures/resources.svg"]!;
    const layers = texts(svg).filter((text) => ["conv1", "conv4", "dense1", "out"].includes(text!));
    expect(layers).toEqual(["conv1", "conv4", "dense1", "out"]);
  });

  it("survives losses of zero, a single epoch, dead models and long labels without a word", async () => {
    const spies = (["log", "warn", "error", "info", "debug"] as const).map((name) =>
      vi.spyOn(console, name),
    );
    const input = sampleInput();
    const [teacher] = input.models;
    const model = teacher!.model!;
    const epochs = [{ ...model.metrics.epochs[0]!, trainLoss: 0 }];
    const label = "A model whose name is much too long for any legend, with (brackets) & more";
    const dead = teacher!.performance.turnOn.map((bin) => ({
      ...bin,
      efficiency: { ...bin.efficiency, passed: 0, value: 0, low: 0, high: 0.001 },
    }));
    const figures = await renderFigures({
      ...input,
      models: [
        {
          label,
          model: { ...model, metrics: { ...model.metrics, epochs } },
          performance: { ...teacher!.performance, turnOn: dead },
        },
      ],
    });
    expect(texts(figures["figures/turn-on.svg"]!)).toContain(label.replace("&", "&amp;"));
    expect(figures["figures/training.svg"]).not.toMatch(/NaN|Infinity/);
    expect(figures["figures/turn-on.svg"]).not.toMatch(/NaN|Infinity/);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it("refuses labels that repeat and more models than it has colours", () => {
    const input = sampleInput();
    const twice = { ...input, models: [input.models[0]!, input.models[0]!] };
    expect(() => figureSpecs(twice)).toThrow(/"Teacher"/);
    const many = Array.from({ length: 8 }, (_, index) => ({
      ...input.models[0]!,
      label: `model ${index}`,
    }));
    expect(() => figureSpecs({ ...input, models: many })).toThrow(/8 models/);
  });
});
