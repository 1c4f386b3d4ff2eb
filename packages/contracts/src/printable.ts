/**
 * Characters that do something instead of being seen: controls of a terminal but tab and line feed,
 * line and paragraph separators, marks that turn the direction of text or have no width, halves of
 * surrogate pairs.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- these are the ones to find
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");

/**
 * Text for a terminal or a page: characters that would act instead of being seen are spelled as
 * `\u001b`, as in JSON (so JSON stays what it was). Tabs and line feeds stay.
 */
export const printable = (text: string): string => text.replace(HIDDEN, escaped);
