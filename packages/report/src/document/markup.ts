import { escapeXml } from "../escape-xml.js";

/** HTML that is safe to put into a page as it stands. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | readonly Value[];

function render(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "string") return escapeXml(value);
  if (typeof value === "number") return String(value);
  return value.map(render).join("");
}

/** A template of HTML (a tag named html would be laid out anew by formatters): strings put into it are escaped, other HTML is not. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    parts
      .map((part, index) => part + (index < values.length ? render(values[index]!) : ""))
      .join(""),
  );
}
