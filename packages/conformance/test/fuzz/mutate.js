// Mutations of valid files: structural ones of JSON, and ones of text and bytes for every kind of file.

/** Values that somebody may put where any other was expected. */
const HOSTILE = [
  null,
  true,
  "",
  0,
  -1,
  -0,
  0.5,
  1e9,
  1e15,
  2 ** 31,
  2 ** 53,
  1e308,
  -1e308,
  5e-324,
  [],
  {},
  [[]],
  "NaN",
  "../../outside",
  "/absolute",
  "C:\\windows\\name",
  "con",
  "constructor",
  "__proto__",
  "input_1",
  "\u001b[31mred\u001b[0m",
  "\u202egnp.exe",
  "\ud800",
  "a\u0000b",
  "層\u0301",
  "AAA=",
  "AAAAAA==",
  "ap_fixed<1000000,-5>",
  "quantized_bits(999999,-1)",
];
/** Numbers as text that JSON's or YAML's writers do not write. */
const NUMBERS = [
  "NaN",
  "-0",
  "1e309",
  "1e308",
  "-1",
  "1e-400",
  "0x10",
  "99999999999999999999",
  ".5",
];
const PIECES = [
  "\u0000",
  "\u001b[2J",
  "\ufeff",
  "&a",
  "*a",
  "*nowhere",
  "[[[[[[[[",
  "{{",
  "{{#each layers}}",
  "{{> x}}",
  "<!DOCTYPE x>",
  "&lt;",
  "]]>",
  "|",
  ",",
  "\r",
  "\n",
  "%",
  "\t",
  "9".repeat(400),
  "-",
];

/** Draws from a stream of uniform numbers. */
export class Draw {
  /** @param {() => number} uniform numbers in (0, 1) */
  constructor(uniform) {
    this.uniform = uniform;
  }
  /** A whole number below `limit`. */
  below(limit) {
    return Math.floor(this.uniform() * limit);
  }
  /** @template T @param {readonly T[]} list @returns {T} */
  of(list) {
    return list[this.below(list.length)];
  }
}

/** Every place in a value: its holder and key. */
function placesOf(value) {
  const places = [];
  const visit = (holder) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      if (typeof holder[key] === "object" && holder[key] !== null) visit(holder[key]);
    }
  };
  visit(value);
  return places;
}

function nested(depth, inner) {
  let value = inner;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function changeNumber(draw, number) {
  return draw.of([
    -number,
    number + 1,
    number - 1,
    number * 1e6,
    number / 3,
    number * 2 ** 31,
    2 ** draw.below(60),
  ]);
}

function changeOnce(draw, root) {
  const places = placesOf(root);
  if (places.length === 0) return;
  const [holder, key] = draw.of(places);
  const old = holder[key];
  const isList = Array.isArray(holder);
  switch (draw.below(9)) {
    case 0:
      holder[key] = draw.of(HOSTILE);
      return;
    case 1:
      if (isList) holder.splice(Number(key), 1);
      else delete holder[key];
      return;
    case 2:
      if (isList) holder.splice(Number(key), 0, structuredClone(old));
      else holder[`${key}2`] = old;
      return;
    case 3:
      holder[key] = nested(1 + draw.below(5), old);
      return;
    case 4: {
      const [from, other] = draw.of(places);
      holder[key] = structuredClone(from[other]);
      return;
    }
    case 5:
      if (typeof old === "string") holder[key] = mutateText(draw, old);
      else if (typeof old === "number") holder[key] = changeNumber(draw, old);
      else holder[key] = draw.of(HOSTILE);
      return;
    case 6:
      if (typeof old === "number") holder[key] = changeNumber(draw, old);
      else if (Array.isArray(old)) old.push(...structuredClone(old));
      else holder[key] = draw.of(HOSTILE);
      return;
    case 7:
      if (isList) return;
      // Defined, so that __proto__ becomes a key like others.
      Object.defineProperty(holder, String(draw.of(HOSTILE)), {
        value: structuredClone(old),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      return;
    default:
      holder[key] =
        typeof old === "string" && old.length > 0
          ? old.repeat(1 + draw.below(Math.min(1000, 1e5 / old.length)))
          : draw.of(HOSTILE);
  }
}

/** A JSON value with one to three changes of its structure; the given one stays. */
export function mutateValue(draw, value) {
  const root = { value: structuredClone(value) };
  const changes = 1 + draw.below(3);
  for (let change = 0; change < changes; change += 1) changeOnce(draw, root.value ?? root);
  return root.value;
}

/** Lists in lists, deeper than anything that calls itself can go. */
export const DEEP = "[".repeat(20_000) + "]".repeat(20_000);

/** Text with one change. */
export function mutateText(draw, text) {
  const at = draw.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + draw.below(20));
  switch (draw.below(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
      return text.slice(0, at) + draw.of(PIECES) + text.slice(at);
    case 3:
      return text.slice(0, end) + text.slice(at);
    case 4: {
      const numbers = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
      if (numbers.length === 0) return draw.of(NUMBERS);
      const { index, 0: number } = draw.of(numbers);
      return text.slice(0, index) + draw.of(NUMBERS) + text.slice(index + number.length);
    }
    case 5: {
      const lines = text.split("\n");
      const [from, to] = [draw.below(lines.length), draw.below(lines.length)];
      lines.splice(to, draw.below(2), lines[from]);
      return lines.join("\n");
    }
    case 6:
      return text.slice(0, at) + String.fromCharCode(draw.below(0x3000)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + text.slice(at, end).repeat(2 + draw.below(30)) + text.slice(end);
  }
}

/** Bytes with one to four changes. */
export function mutateBytes(draw, bytes) {
  let changed = Buffer.from(bytes);
  const changes = 1 + draw.below(4);
  for (let change = 0; change < changes && changed.length > 0; change += 1) {
    // Headers are at the beginning: half of the changes hit the first bytes.
    const at = draw.below(draw.below(2) === 0 ? Math.min(changed.length, 200) : changed.length);
    switch (draw.below(5)) {
      case 0:
        changed = changed.subarray(0, at);
        break;
      case 1:
        changed[at] ^= 1 << draw.below(8);
        break;
      case 2:
        changed[at] = draw.of([0, 1, 0x7f, 0x80, 0xff]);
        break;
      case 3:
        changed.fill(draw.of([0, 0xff]), at, Math.min(changed.length, at + 1 + draw.below(8)));
        break;
      default:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + draw.below(16))]);
    }
  }
  return changed;
}
