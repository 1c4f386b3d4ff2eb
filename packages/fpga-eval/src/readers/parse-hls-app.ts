import { openText, refuse } from "./report-text.js";
import { parseXml } from "./xml-tree.js";

/** An HLS project as its `vivado_hls.app` or `hls.app` lists it. */
export interface HlsApp {
  /** Name of the top function, null where the file has none. */
  readonly top: string | null;
  /** Names of the solutions, which are folders beside the file, in order. */
  readonly solutions: readonly string[];
}

/**
 * Read the project list of Vivado HLS (`vivado_hls.app`) or Vitis HLS (`hls.app`).
 *
 * @throws CnntargzError `artifact` when it is something else or has no solution.
 */
export function parseHlsApp(text: string, fileName?: string): HlsApp {
  const report = openText(text, fileName);
  if (!report.text.trimStart().startsWith("<"))
    refuse(report, "is no XML, as the list of an HLS project is");
  const root = parseXml(report);
  if (!/(^|:)project$/.test(root.name)) {
    refuse(
      report,
      `has root <${root.name.slice(0, 60)}>, the list of an HLS project has <project>`,
    );
  }
  const lists = root.children.filter(({ name }) => name === "solutions");
  const solutions = lists
    .flatMap(({ children }) => children)
    .flatMap(({ name, attributes }) => (name === "solution" ? [attributes["name"] ?? ""] : []));
  // Names become paths: nothing may lead out of the project.
  const wrong = solutions.find((name) => !/^[\w.-]+$/.test(name) || /^\.+$/.test(name));
  if (solutions.length === 0 || wrong !== undefined) {
    refuse(
      report,
      wrong === undefined
        ? "lists no solution; synthesize first"
        : `lists a solution named "${wrong.slice(0, 40)}", which is no plain name`,
    );
  }
  return { top: root.attributes["top"] ?? null, solutions };
}
