import { readdirSync, readFileSync } from "node:fs";

import Handlebars from "handlebars";

/** A compiled template and the compiled template of its path. */
export interface Template {
  /** Path in the package, with the placeholders in it. */
  readonly source: string;
  readonly path: (view: object) => string;
  readonly text: (view: object) => string;
}

const ROOT = new URL("../templates/project/", import.meta.url);
const SUFFIX = ".hbs";

const compile = (text: string): ((view: object) => string) =>
  // strict: a name that is not in the view is an error, not an empty string.
  Handlebars.create().compile<object>(text, { strict: true, noEscape: true });

function load(): Template[] {
  const paths = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(SUFFIX))
    .sort();
  return paths.map((source) => ({
    source,
    path: compile(source.slice(0, -SUFFIX.length)),
    // Segments are encoded, since braces are not allowed in URLs.
    text: compile(
      readFileSync(new URL(source.split("/").map(encodeURIComponent).join("/"), ROOT), "utf8"),
    ),
  }));
}

let templates: readonly Template[] | undefined;

/** The templates of a project, one per file or, where the path says so, one per weight array. */
export function projectTemplates(): readonly Template[] {
  return (templates ??= load());
}
