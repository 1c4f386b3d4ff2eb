import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, type HlsConfig, onDisk } from "@cnntargz/contracts";
import Handlebars from "handlebars";

import { PRECOMPILED } from "../precompiled/templates.js";

/** A template of one or, where its path has a placeholder per weight array, several files. */
export interface Template {
  /** Path in the project, with the placeholders in it. */
  readonly source: string;
  /** @throws CnntargzError `config` naming the template's file and line when it asks for what the view does not have. */
  readonly path: (view: object) => string;
  /** @throws as `path`. */
  readonly text: (view: object) => string;
}

type Render = (view: object) => string;

const SUFFIX = ".hbs";
const PARTIAL = ".partial";

/** Line and column at the end of a Handlebars message, such as ` - 12:4`; its parser writes `line 12`. */
function placeOf(message: string): string {
  const [, line, column] = / - (\d+):(\d+)$/.exec(message) ?? [];
  if (line !== undefined) return `:${line}:${Number(column) + 1}`;
  const [, parsed] = /on line (\d+)/.exec(message) ?? [];
  return parsed === undefined ? "" : `:${parsed}`;
}

function templateError(file: string, cause: unknown): CnntargzError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const what = message
    .replace(/^Parse error on line \d+:\n/, "")
    .replace(/ - \d+:\d+$/, "")
    .replace(/ not defined in \[object Object\]$/, " is nothing that the templates are given");
  return new CnntargzError("config", `template ${file}${placeOf(message)}: ${what}`, { cause });
}

/** A render whose errors name the template. */
function named(render: Render, file: string): Render {
  return (view) => {
    try {
      return render(view);
    } catch (cause) {
      throw templateError(file, cause);
    }
  };
}

/** Every template below a folder: its file by its path in the project. */
function listTemplates(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const paths = onDisk(folder, () => readdirSync(folder, { recursive: true, encoding: "utf8" }));
  for (const path of paths.map((path) => path.replaceAll("\\", "/")).sort()) {
    if (path.endsWith(SUFFIX)) files.set(path.slice(0, -SUFFIX.length), join(folder, path));
  }
  return files;
}

/** The package's folders of templates that make a project, later ones over earlier ones. */
function foldersOf({ backend, ioType, compat }: HlsConfig): string[] {
  return ["common", backend, ioType, ...(compat === null ? [] : [`compat_${compat}`])];
}

/** Templates by their path in the project; partials by name, for the others to call. */
class TemplateSet {
  private readonly handlebars = Handlebars.create();
  private readonly templates = new Map<string, Template>();

  /** Add a template, or replace the one of the same path. */
  add(source: string, path: Render, text: Render): void {
    if (source.endsWith(PARTIAL)) {
      const name = source.slice(source.lastIndexOf("/") + 1, -PARTIAL.length);
      this.handlebars.registerPartial(name, text);
    } else {
      this.templates.set(source, { source, path, text });
    }
  }

  /** Add what the package compiled when it was built. */
  addOwn(folder: string): void {
    const render = (compiled: (typeof PRECOMPILED)[number]["text"], source: string): Render =>
      typeof compiled === "string"
        ? () => compiled
        : named(this.handlebars.template(compiled), source);
    for (const { folder: at, source, path, text } of PRECOMPILED) {
      if (at === folder) this.add(source, render(path, source), render(text, source));
    }
  }

  /** Add a user's template; strict: a name that is not in the view is an error, not an empty string. */
  addFile(source: string, file: string): void {
    const options = { strict: true, noEscape: true };
    const compile = (text: string): Render =>
      named(this.handlebars.compile<object>(text, options), file);
    this.add(source, compile(source), compile(onDisk(file, () => readFileSync(file, "utf8"))));
  }

  list(): Template[] {
    return [...this.templates.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
  }
}

const loaded = new Map<string, readonly Template[]>();

/**
 * The templates of a project: those of the package for its backend, kind of interface and
 * compatibility and, over them, those of the folder `own`, which has files of the same paths (and
 * `.hbs` at their end) for what it replaces, and others for what it adds.
 *
 * @throws CnntargzError `config` when there is no folder `own`.
 */
export function projectTemplates(config: HlsConfig, own?: string): readonly Template[] {
  const folders = foldersOf(config);
  const key = folders.join();
  if (own === undefined && loaded.has(key)) return loaded.get(key)!;
  const templates = new TemplateSet();
  for (const folder of folders) templates.addOwn(folder);
  if (own !== undefined) {
    if (!existsSync(own)) {
      throw new CnntargzError(
        "config",
        `there is no template folder ${own}; create it or leave it out`,
      );
    }
    // Read anew each time: people edit their templates between two renders.
    for (const [source, file] of listTemplates(own)) templates.addFile(source, file);
    return templates.list();
  }
  const list = templates.list();
  loaded.set(key, list);
  return list;
}
