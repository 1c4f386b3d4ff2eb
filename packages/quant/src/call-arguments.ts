import { CnntargzError } from "@cnntargz/contracts";
import { closest } from "fastest-levenshtein";

import type { Call, Literal } from "./call-notation.js";
import type { Alpha } from "./quantizer.js";

/** Options whose other values would change the arithmetic in ways that are not implemented here. */
const neutral: Record<string, readonly Literal[]> = {
  scale_axis: [null],
  qnoise_factor: [1],
  use_ste: [true, 1],
  use_variables: [false, 0],
  elements_per_scale: [null],
  min_po2_exponent: [null],
  max_po2_exponent: [null],
  post_training_scale: [null],
  use_sigmoid: [0, false],
  quadratic_approximation: [false, 0],
  log2_rounding: ["rnd"],
};

/** A value as Python writes it. */
export function pythonLiteral(value: Literal): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? String(value) : `'${value}'`;
}

/** The arguments of a call by name, read with their types. */
export class CallArguments {
  readonly #text: string;
  readonly #values = new Map<string, Literal>();

  constructor(text: string, call: Call, order: readonly string[]) {
    this.#text = text;
    call.positional.forEach((value, index) => {
      const name = order[index];
      if (name === undefined) {
        throw this.#fail(`${call.name} takes at most ${order.length} arguments`);
      }
      this.#values.set(name, value);
    });
    for (const [name, value] of call.keywords) {
      if (!order.includes(name)) {
        throw this.#fail(
          `${call.name} has no argument ${name}; did you mean ${closest(name, order)}?`,
        );
      }
      if (this.#values.has(name)) throw this.#fail(`${name} is given twice`);
      this.#values.set(name, value);
    }
    for (const [name, value] of this.#values) {
      const allowed = neutral[name];
      if (allowed !== undefined && !allowed.includes(value)) {
        throw this.error(
          name,
          value,
          `is not implemented, only ${allowed.map(pythonLiteral).join(" or ")}; leave it out`,
        );
      }
    }
  }

  error(name: string, value: Literal, reason: string): CnntargzError {
    return this.#fail(`${name}=${pythonLiteral(value)} ${reason}`);
  }

  #fail(reason: string): CnntargzError {
    return new CnntargzError("config", `quantizer \`${this.#text}\`: ${reason}`);
  }

  numberOrNone(name: string, fallback: number | null): number | null {
    const value = this.#values.get(name);
    if (value === undefined) return fallback;
    if (value === null || typeof value === "number") return value;
    throw this.error(name, value, "is no number");
  }

  number(name: string, fallback: number): number {
    const value = this.numberOrNone(name, fallback);
    if (value === null) throw this.error(name, value, "is no number");
    return value;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.number(name, fallback);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw this.error(name, value, `is no whole number in ${least}..${most}`);
    }
    return value;
  }

  /** More than 24 bits would not be exact in float32. */
  bits(least: number, most = 24): number {
    return this.integer("bits", 8, least, most);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#values.get(name) ?? fallback;
    if (value === true || value === 1) return true;
    if (value === false || value === 0) return false;
    throw this.error(name, value, "is neither True nor False");
  }

  /** `{ stochastic: true }`, or nothing. */
  stochastic(): { stochastic?: true } {
    return this.flag("use_stochastic_rounding", false) ? { stochastic: true } : {};
  }

  alpha(): Alpha {
    const value = this.#values.get("alpha") ?? null;
    if (value === null || value === "auto" || value === "auto_po2") return value;
    if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
    throw this.error("alpha", value, "is neither a positive number, 'auto', 'auto_po2' nor None");
  }
}
