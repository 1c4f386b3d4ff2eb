import { CnntargzError } from "@cnntargz/contracts";

/** A literal argument of a Python call. */
export type Literal = number | boolean | string | null;

/** A Python call with literal arguments, such as `f(4, 0, alpha='auto')`. */
export interface Call {
  readonly name: string;
  readonly positional: readonly Literal[];
  readonly keywords: ReadonlyMap<string, Literal>;
}

const token =
  /\s*(?:([A-Za-z_]\w*)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|'([^']*)'|"([^"]*)"|([(),=]))/y;

interface Token {
  readonly type: "word" | "number" | "string" | "symbol" | "end";
  readonly text: string;
}

/**
 * Parse a Python call with literal arguments; a bare name is a call without arguments.
 *
 * @throws CnntargzError `config` with the text and what was expected.
 */
export function parseCall(text: string): Call {
  const tokens = tokenize(text);
  let position = 0;
  const next = (): Token => tokens[position++] ?? { type: "end", text: "the end" };
  const peek = (): Token => tokens[position] ?? { type: "end", text: "the end" };

  const head = next();
  if (head.type !== "word") throw malformed(text, "it does not begin with a name");
  const positional: Literal[] = [];
  const keywords = new Map<string, Literal>();
  if (peek().type === "end") return { name: head.text, positional, keywords };
  if (next().text !== "(") throw malformed(text, "a name is followed by (");
  while (peek().text !== ")") {
    const first = next();
    if (first.type === "word" && peek().text === "=") {
      next();
      if (keywords.has(first.text)) throw malformed(text, `${first.text} is given twice`);
      keywords.set(first.text, toLiteral(next(), text));
    } else {
      if (keywords.size > 0) throw malformed(text, "a positional argument follows a keyword");
      positional.push(toLiteral(first, text));
    }
    if (peek().text === ",") next();
    else if (peek().text !== ")") {
      throw malformed(text, `expected , or ) and found ${peek().text}`);
    }
  }
  next();
  if (peek().type !== "end") throw malformed(text, `${peek().text} follows the call`);
  return { name: head.text, positional, keywords };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  while (end < text.length) {
    token.lastIndex = end;
    const match = token.exec(text);
    if (match === null) {
      if (text.slice(end).trim() === "") break;
      throw malformed(text, `can not read ${text.slice(end).trim()}`);
    }
    end = token.lastIndex;
    const [, word, number, single, double, symbol] = match;
    if (word !== undefined) tokens.push({ type: "word", text: word });
    else if (number !== undefined) tokens.push({ type: "number", text: number });
    else if (symbol !== undefined) tokens.push({ type: "symbol", text: symbol });
    else tokens.push({ type: "string", text: single ?? double ?? "" });
  }
  return tokens;
}

const constants = new Map<string, Literal>([
  ["None", null],
  ["True", true],
  ["False", false],
]);

function toLiteral({ type, text }: Token, whole: string): Literal {
  if (type === "string") return text;
  if (type === "number") return Number(text);
  const constant = type === "word" ? constants.get(text) : undefined;
  if (constant === undefined) {
    throw malformed(whole, `${text} is no number, 'string', True, False or None`);
  }
  return constant;
}

function malformed(text: string, reason: string): CnntargzError {
  return new CnntargzError(
    "config",
    `quantizer \`${text}\`: ${reason}; write it as QKeras does, such as quantized_bits(4,0,alpha=1)`,
  );
}
