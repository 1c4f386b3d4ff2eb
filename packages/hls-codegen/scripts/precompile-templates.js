// Compiles the Handlebars templates into ../precompiled/templates.js, so that a project is rendered
// without Handlebars parsing some twenty files first (a quarter of a second).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

import Handlebars from "handlebars";

const root = new URL("../templates/", import.meta.url);
const out = new URL("../precompiled/", import.meta.url);
const SUFFIX = ".hbs";

// Segments are encoded, since braces are not allowed in URLs.
const read = (path) =>
  readFileSync(new URL(path.split("/").map(encodeURIComponent).join("/"), root), "utf8");

/** JavaScript that gives a compiled template or, where there is nothing to fill in, the text itself. */
const compiled = (text) =>
  text.includes("{{")
    ? Handlebars.precompile(text, { strict: true, noEscape: true })
    : JSON.stringify(text);

const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(SUFFIX))
  .sort();
const entries = paths.map((path) => {
  const name = path.slice(0, -SUFFIX.length);
  const [folder, ...rest] = name.split("/");
  const source = rest.join("/");
  return `{ folder: ${JSON.stringify(folder)}, source: ${JSON.stringify(source)}, path: ${compiled(source)}, text: ${compiled(read(path))} }`;
});

mkdirSync(out, { recursive: true });
writeFileSync(
  new URL("templates.js", out),
  `// Made by scripts/precompile-templates.js from templates/.\nexport const PRECOMPILED = [\n${entries.join(",\n")}\n];\n`,
);
writeFileSync(
  new URL("templates.d.ts", out),
  `/** A template's text or path, compiled or, where there is nothing to fill in, as it is. */
export type Precompiled = string | TemplateSpecification;
export declare const PRECOMPILED: readonly {
  /** Folder of templates/. */
  readonly folder: string;
  /** Path in the project, with placeholders. */
  readonly source: string;
  readonly path: Precompiled;
  readonly text: Precompiled;
}[];
`,
);
