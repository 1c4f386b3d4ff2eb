import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { CnntargzError, type HlsConfig } from "@cnntargz/contracts";
import Handlebars from "handlebars";

/** A template of one or, where its path has a placeholder per weight array, several files. */
export interface Template {
  /** Path in the project, with the placeholders in it. */
  readonly source: string;
  /** @throws CnntargzError `config` naming the template's file and line when it asks for what the view does not have. */
  readonly path: (view: object) => string;
  /** @throws as `path`. */
  readonly text: (view: object) => string;
}

const ROOT = fileURLToPath(new URL("../templates/", import.meta.url));
const SUFFIX = ".hbs";
const PARTIAL = ".partial.hbs";

/** Every template below a folder: its file by its path in the project. */
function listTemplates(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const path of paths.map((path) => path.replaceAll("\\", "/")).sort()) {
    if (path.endsWith(SUFFIX)) files.set(path.slice(0, -SUFFIX.length), join(folder, path));
  }
  return files;
}

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

/** Compile a template's text; strict: a name that is not in the view is an error, not an empty string. */
function compile(handlebars: typeof Handlebars, text: string, file: string) {
  const render = handlebars.compile<object>(text, { strict: true, noEscape: true });
  return (view: object): string => {
    try {
      return render(view);
    } catch (cause) {
      throw templateError(file, cause);
    }
  };
}

/** Which folders of templates make a project, later ones over earlier ones. */
function foldersOf(config: HlsConfig, own: string | undefined): string[] {
  const folders = ["common", config.backend, config.ioType].map((name) => join(ROOT, name));
  if (config.compat !== null) folders.push(join(ROOT, `compat_${config.compat}`));
  if (own !== undefined) folders.push(own);
  return folders;
}

function load(config: HlsConfig, own: string | undefined): Template[] {
  const files = new Map(foldersOf(config, own).flatMap((folder) => [...listTemplates(folder)]));
  const handlebars = Handlebars.create();
  const templates: Template[] = [];
  for (const [source, file] of files) {
    const text = readFileSync(file, "utf8");
    if (file.endsWith(PARTIAL)) {
      const name = source.slice(source.lastIndexOf("/") + 1, -".partial".length);
      handlebars.registerPartial(name, text);
    } else {
      const path = compile(handlebars, source, file);
      templates.push({ source, path, text: compile(handlebars, text, file) });
    }
  }
  return templates.sort((a, b) => (a.source < b.source ? -1 : 1));
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
  if (own !== undefined) {
    if (!existsSync(own)) {
      throw new CnntargzError(
        "config",
        `there is no template folder ${own}; create it or leave it out`,
      );
    }
    // Read anew each time: people edit their templates between two renders.
    return load(config, own);
  }
  const key = [config.backend, config.ioType, config.compat].join();
  let templates = loaded.get(key);
  if (!templates) loaded.set(key, (templates = load(config, undefined)));
  return templates;
}
