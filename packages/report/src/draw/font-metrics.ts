import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (name: string): string =>
  fileURLToPath(new URL(`../../assets/fonts/${name}`, import.meta.url));

/** The shipped font: its advance widths are those of Helvetica and Arial. */
export const FONT_FILES = {
  normal: file("LiberationSans-Regular.ttf"),
  bold: file("LiberationSans-Bold.ttf"),
} as const;

/** Advance widths of a font, in units of its em. */
interface Advances {
  readonly unitsPerEm: number;
  /** By Unicode code point; of the glyph for unknown characters where the font has none. */
  of(codePoint: number): number;
}

/** First glyph of code point `code` in the segments of a `cmap` table of format 4; 0 without one. */
function glyphIn(table: DataView, code: number): number {
  const segments = table.getUint16(6) / 2;
  const ends = 14;
  const starts = ends + 2 * segments + 2;
  for (let segment = 0; segment < segments; segment++) {
    if (code > table.getUint16(ends + 2 * segment)) continue;
    const start = table.getUint16(starts + 2 * segment);
    if (code < start) return 0;
    const delta = table.getUint16(starts + 2 * segments + 2 * segment);
    const at = starts + 4 * segments + 2 * segment;
    const range = table.getUint16(at);
    if (range === 0) return (code + delta) & 0xffff;
    const glyph = table.getUint16(at + range + 2 * (code - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}

/** Read the tables `cmap` and `hmtx` of a TrueType font (OpenType specification 1.9). */
function readAdvances(path: string): Advances {
  const bytes = readFileSync(path);
  const whole = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = (tag: string): DataView => {
    for (let entry = 0; entry < whole.getUint16(4); entry++) {
      const at = 12 + 16 * entry;
      if (bytes.toString("latin1", at, at + 4) === tag) {
        const [offset, length] = [whole.getUint32(at + 8), whole.getUint32(at + 12)];
        return new DataView(bytes.buffer, bytes.byteOffset + offset, length);
      }
    }
    throw new Error(`${path} has no table ${tag}`);
  };
  const [head, hhea, hmtx, cmap] = ["head", "hhea", "hmtx", "cmap"].map(table) as [
    DataView,
    DataView,
    DataView,
    DataView,
  ];
  const metrics = hhea.getUint16(34);
  const subtables = Array.from({ length: cmap.getUint16(2) }, (_, index) =>
    cmap.getUint32(4 + 8 * index + 4),
  );
  const start = subtables.find((offset) => cmap.getUint16(offset) === 4);
  if (start === undefined) throw new Error(`${path} has no character map of format 4`);
  const characters = new DataView(cmap.buffer, cmap.byteOffset + start, cmap.byteLength - start);
  return {
    unitsPerEm: head.getUint16(18),
    of: (codePoint) => {
      const glyph = codePoint > 0xffff ? 0 : glyphIn(characters, codePoint);
      return hmtx.getUint16(4 * Math.min(glyph, metrics - 1));
    },
  };
}

const fonts: Partial<Record<keyof typeof FONT_FILES, Advances>> = {};

/** Width of a line of text in pixels, without kerning. */
export function textWidth(
  text: string,
  fontSizePx: number,
  weight: keyof typeof FONT_FILES = "normal",
): number {
  const font = (fonts[weight] ??= readAdvances(FONT_FILES[weight]));
  let units = 0;
  for (const character of text) units += font.of(character.codePointAt(0)!);
  return (units / font.unitsPerEm) * fontSizePx;
}
