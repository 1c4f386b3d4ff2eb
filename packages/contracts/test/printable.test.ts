import { Label, LayerName, printable } from "@cnntargz/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("printable", () => {
  test.each([
    ["\u001b[31mred", "\\u001b[31mred"],
    ["back\bspace\r", "back\\u0008space\\u000d"],
    ["\u009b2J", "\\u009b2J"],
    ["evil\u202egnp.exe", "evil\\u202egnp.exe"],
    ["\u2066a\u2069\u200b", "\\u2066a\\u2069\\u200b"],
    ["\u{e0041}", "\\udb40\\udc41"],
    ["\ud800", "\\ud800"],
    ["tab\tand\nline, é 台 😀", "tab\tand\nline, é 台 😀"],
  ])("%j is %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("JSON stays what it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(JSON.parse(printable(JSON.stringify(text)))).toBe(text);
      }),
    );
  });
});

test("names of layers can be seen, and are nothing that every object has", () => {
  for (const name of ["conv\u001b[2J", "a\nb", "a\u202e", "constructor", "__proto__", "toString"]) {
    expect(Label.safeParse(name).success, name).toBe(false);
    expect(LayerName.safeParse(name).success, name).toBe(false);
  }
  expect(Label.parse("卷积 1 (é)")).toBe("卷积 1 (é)");
});
