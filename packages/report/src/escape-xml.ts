import { printable } from "@cnntargz/contracts/printable";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that stays text in HTML or SVG, in content and in quoted attributes. */
export const escapeXml = (text: string): string =>
  // Control characters but tab and line ends have no place in XML at all.
  printable(text.replaceAll("\r\n", "\n"))
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
