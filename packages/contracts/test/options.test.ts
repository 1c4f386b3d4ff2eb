import {
  anyObject,
  checkContext,
  CnntargzError,
  DatasetSplit,
  optionalFunction,
  optionalSignal,
  optionsCheck,
  parseOptions,
  z,
} from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

interface Options {
  readonly thresholdGeV?: number;
  readonly formats?: readonly string[];
  readonly nested?: { readonly depth?: number };
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
  readonly artifact?: object;
}
const check = optionsCheck<Options>("judge", {
  thresholdGeV: z.number().positive().optional(),
  formats: z.array(z.enum(["html", "md"])).optional(),
  nested: z.strictObject({ depth: z.int().optional() }).optional(),
  signal: optionalSignal,
  onLine: optionalFunction,
  artifact: anyObject.optional(),
});
const refused = (options: unknown): string => {
  try {
    check(options as Options);
  } catch (error) {
    expect(error).toBeInstanceOf(CnntargzError);
    expect(error).toMatchObject({ code: "config" });
    return (error as Error).message;
  }
  throw new Error("was taken");
};

describe("optionsCheck", () => {
  it("takes what is right, left out or undefined", () => {
    check({});
    check({ thresholdGeV: 10, formats: ["md"], nested: { depth: 2 }, artifact: [] });
    check({ signal: AbortSignal.abort(), onLine: () => undefined });
    check({ thresholdGeV: undefined } as unknown as Options);
  });

  it("names an unknown option, its value, the nearest and all known ones", () => {
    expect(refused({ threshold: 20 })).toBe(
      "judge: there is no option threshold (given: 20); did you mean thresholdGeV? Known: thresholdGeV, formats, nested, signal, onLine, artifact",
    );
    expect(refused({ nested: { dept: "x" } })).toBe(
      'judge: in nested, there is no option dept (given: "x"); did you mean depth? Known: depth',
    );
  });

  it("names a wrong value and what is allowed", () => {
    expect(refused({ formats: ["md", "pdf"] })).toBe(
      'judge: option formats[1] is "pdf": Invalid option: expected one of "html"|"md"',
    );
    expect(refused({ thresholdGeV: -1 })).toMatch(/thresholdGeV is -1: .*>0/);
    expect(refused({ thresholdGeV: NaN })).toMatch(/thresholdGeV is NaN: .*number/);
    expect(refused({ thresholdGeV: "10" })).toMatch(/thresholdGeV is "10": .*number/);
    expect(refused({ signal: {} })).toMatch(/signal is \{\}: .*AbortSignal/);
    expect(refused({ onLine: 1n })).toMatch(/onLine is 1: .*function/);
    expect(refused({ artifact: "a" })).toMatch(/artifact is "a": .*object/);
    expect(refused({ formats: "x".repeat(100) }).length).toBeLessThan(150);
  });

  it("refuses what is no object at all", () => {
    for (const wrong of [null, 3, "text", [], () => 1]) {
      expect(refused(wrong)).toMatch(/judge: the options object is .*expected object/);
    }
  });

  it("tells everything that is wrong at once", () => {
    const message = refused({ threshold: 1, formats: 2 });
    expect(message).toContain("no option threshold");
    expect(message).toContain("formats is 2");
  });
});

describe("parseOptions and checkContext", () => {
  it("parse a configuration with its schema", () => {
    const split = { train: 1, validation: 2, test: 3 };
    expect(parseOptions(DatasetSplit, split, "split")).toEqual(split);
    expect(() => parseOptions(DatasetSplit, { ...split, test: -1 }, "split")).toThrow(
      /split: option test is -1/,
    );
  });

  it("refuse a misspelt part of a context", () => {
    checkContext({ onProgress: () => undefined }, "stage");
    expect(() => { checkContext({ onprogress: () => undefined } as never, "stage"); }).toThrow(
      /context of stage: .*did you mean onProgress/,
    );
  });
});
