import { CnntargzError } from "@cnntargz/contracts";
import { SaxesParser } from "saxes";

import { refuse, type ReportText } from "./report-text.js";

/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  /** Text directly inside, joined. */
  text: string;
}

/** Loops nest in reports, but not this deep. */
const MAX_DEPTH = 200;
const MAX_ELEMENTS = 500_000;

/**
 * The root of an XML document. Document types are refused, so that no entity can be defined, be it
 * external or a bomb; nothing is ever fetched.
 *
 * @throws CnntargzError `artifact` when the text is not well-formed, cut off, or no plain data.
 */
export function parseXml(report: ReportText): XmlElement {
  const parser = new SaxesParser({ fileName: report.name, xmlns: false });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on("doctype", () =>
    refuse(
      report,
      "is XML with a document type, which reports do not have; it may define entities and is not read",
    ),
  );
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length >= MAX_DEPTH || ++elements > MAX_ELEMENTS) {
      refuse(
        report,
        `is XML of more than ${MAX_DEPTH} levels or ${MAX_ELEMENTS} elements; no report is`,
      );
    }
    const element = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const append = (text: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("error", (error) => {
    throw error;
  });
  try {
    parser.write(report.text.trimStart()).close();
  } catch (error) {
    if (error instanceof CnntargzError) throw error;
    refuse(
      report,
      `is not well-formed XML (${(error as Error).message}); it may be cut off: let the tool write it again`,
    );
  }
  return root ?? refuse(report, "is XML without an element; let the tool write it again");
}

/** The first element at `path` below `element`, each name the first of its kind. */
export function childAt(element: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  let found: XmlElement | undefined = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

/** The text at `path` below `element`, without blanks around it. */
export const textAt = (element: XmlElement, ...path: readonly string[]): string | undefined =>
  childAt(element, ...path)?.text.trim();
