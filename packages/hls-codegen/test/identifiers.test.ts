import { planHls, renderHls } from "@cnntargz/hls-codegen";
import fc from "fast-check";
import { expect, test } from "vitest";

import { conv, dense, flatten, network } from "./networks.js";

/** Identifiers of a network of two layers with these names. */
function identifiersOf(...names: [string, string]): string[] {
  const first = { ...conv("a", [3, 3, 1], [2, 2], 2), name: names[0] };
  const flat = { ...flatten([2, 2, 2]), name: "between" };
  const last = { ...dense("b", 8, 1, true), name: names[1] };
  const { layers } = planHls(network("hostile", [first, flat, last]));
  return [layers[0]!.identifier, layers[2]!.identifier];
}

test.each([
  ["a b;rm -rf /", "a_b_rm_rf"],
  ["../../etc/passwd", "etc_passwd"],
  ["../x", "x"],
  ["мюон", "layer"],
  ["Détecteur", "Detecteur"],
  ["9x16", "layer_9x16"],
  ["switch", "layer_switch"],
  ["config2", "layer_config2"],
  ["w2", "layer_w2"],
  ["input_t", "layer_input_t"],
  ["x".repeat(300), "x".repeat(60)],
  ["line\nbreak */ #include <evil>", "line_break_include_evil"],
  ["conv1", "conv1"],
])("the name %j becomes the identifier %s", (name, identifier) => {
  expect(identifiersOf(name, "other")[0]).toBe(identifier);
});

test("names that would be the same identifier get numbers, and one that is an identifier keeps it", () => {
  expect(identifiersOf("a b", "a_b")).toEqual(["a_b_2", "a_b"]);
  expect(identifiersOf("µ", "ß")).toEqual(["layer", "layer_2"]);
  expect(identifiersOf(`${"x".repeat(299)}1`, `${"x".repeat(299)}2`)).toEqual([
    "x".repeat(60),
    `${"x".repeat(58)}_2`,
  ]);
});

test("whatever layers and networks are called, identifiers are C's, different, and files stay inside", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(name, name, name, (one, other, third) => {
      fc.pre(one !== other && one !== "between" && other !== "between");
      const first = { ...conv("a", [3, 3, 1], [2, 2], 2), name: one };
      const flat = { ...flatten([2, 2, 2]), name: "between" };
      const last = { ...dense("b", 8, 1, true), name: other };
      const hostile = network(third, [first, flat, last]);
      const plan = planHls(hostile);
      const identifiers = plan.layers.map((layer) => layer.identifier);
      expect(new Set(identifiers).size).toBe(3);
      for (const identifier of identifiers)
        expect(identifier).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,59}$/);
      const { files } = renderHls(plan, hostile);
      for (const [path, text] of Object.entries(files)) {
        expect(path).toMatch(/^[\w.-]+(?:\/[\w.-]+)*$/);
        expect(path.split("/")).not.toContain("..");
        // Names reach comments and YAML keys only, as printable ASCII on one line or escaped.
        expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      }
    }),
    { numRuns: 60 },
  );
});

test("a name that ends in a backslash does not swallow the next line of a comment", () => {
  const layer = { ...dense("b", 8, 1, true), name: "sly\\" };
  const { files } = renderHls(planHls(network("n", [layer])), network("n", [layer]));
  expect(files["firmware/myproject.cpp"]).toContain("// sly_: dense, linear\n");
});
