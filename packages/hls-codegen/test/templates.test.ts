import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { afterEach, beforeEach, expect, test } from "vitest";

import { smallNetwork } from "./networks.js";

const small = smallNetwork();
const plan = planHls(small);
const own = renderHls(plan, small);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-templates-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const render = () => renderHls(plan, small, { templates: folder });

test("a template of the same path replaces ours, another adds a file, the rest stays", () => {
  write("project.tcl.hbs", "set part {{part}}\n");
  write("doc/{{projectName}}.txt.hbs", "{{#each layers}}{{name}} {{/each}}\n");
  const { files } = render();
  expect(files["project.tcl"]).toBe("set part xcvu13p-flga2577-2-e\n");
  expect(files["doc/myproject.txt"]).toBe("conv1 pool1 pool2 flatten output \n");
  const without = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).filter(([path]) => !["project.tcl", "doc/myproject.txt"].includes(path));
  expect(without(files)).toEqual(without(own.files));
});

test("a partial of the same name replaces ours", () => {
  write(
    "top_pragmas.partial.hbs",
    "#pragma HLS INTERFACE ap_fifo port={{ports}}\n#pragma HLS DATAFLOW\n",
  );
  expect(render().files["firmware/myproject.cpp"]).toContain(
    "#pragma HLS INTERFACE ap_fifo port=input_1,layer8_out\n",
  );
});

test.each([
  [
    "a name that is not there",
    "line one\n  {{clock}}\n",
    /notes\.txt\.hbs:2:\d+: "clock" is nothing that the templates are given/,
  ],
  [
    "a name in a list",
    "{{#each layers}}\n{{nmae}}\n{{/each}}\n",
    /notes\.txt\.hbs:2:\d+: "nmae" is nothing/,
  ],
  ["a block without an end", "a\nb\n{{#if fragmenter}}\n", /notes\.txt\.hbs:4: .*EOF/s],
  [
    "a partial that is not there",
    "{{> nobody}}\n",
    /notes\.txt\.hbs.*The partial nobody could not be found/,
  ],
])("%s is an error with file and line", (_, text, message) => {
  write("notes.txt.hbs", text);
  expect(render).toThrow(CnntargzError);
  expect(render).toThrow(message);
});

test("a folder that is not there, and a path that leaves the project, are errors", () => {
  expect(() => renderHls(plan, small, { templates: join(folder, "none") })).toThrow(
    /there is no template folder .*none/,
  );
  write("{{network}}/notes.txt.hbs", "");
  const up = { ...small, name: ".." };
  expect(() => renderHls(planHls(up), up, { templates: folder })).toThrow(
    /the path "\.\.\/notes\.txt" leaves the folder/,
  );
});

test("templates are read anew at each render", () => {
  write("notes.txt.hbs", "one");
  expect(render().files["notes.txt"]).toBe("one");
  write("notes.txt.hbs", "two");
  expect(render().files["notes.txt"]).toBe("two");
});
