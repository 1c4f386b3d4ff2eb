import {
  CnntargzError,
  FixedPointType,
  type OverflowMode,
  type RoundingMode,
} from "@cnntargz/contracts";

/**
 * The type `ap_[u]fixed<width, integer>` with its modes (truncating and wrapping when left out).
 *
 * @throws CnntargzError `contract` when width is not 1..128 or integer not -128..256.
 */
export function fixedType(
  signed: boolean,
  width: number,
  integer: number,
  rounding: RoundingMode = "TRN",
  overflow: OverflowMode = "WRAP",
): FixedPointType {
  const parsed = FixedPointType.safeParse({ signed, width, integer, rounding, overflow });
  if (!parsed.success) {
    throw new CnntargzError(
      "contract",
      `ap_${signed ? "" : "u"}fixed<${width},${integer}> is out of range: width must be an integer in 1..128, integer bits in -128..256`,
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

/** The HLS spelling, such as `ap_fixed<4,1>` or `ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>`: modes only when one is not the default. */
export function formatType(type: FixedPointType): string {
  const modes =
    type.rounding === "TRN" && type.overflow === "WRAP"
      ? ""
      : `,AP_${type.rounding},AP_${type.overflow},0`;
  return `ap_${type.signed ? "" : "u"}fixed<${type.width},${type.integer}${modes}>`;
}

const FIXED =
  /^(?:ap_)?(u?)fixed<(\d+),(-?\d+)(?:,(?:AP_)?(\w+?)(?:,(?:AP_)?(\w+?)(?:,(\d+))?)?)?>$/;
const INTEGER = /^(?:ap_)?(u?)int<(\d+)>$/;

/**
 * Read an HLS spelling: `ap_[u]fixed<W,I[,rounding[,overflow[,0]]]>` or `ap_[u]int<W>`, white space
 * and the prefixes `ap_` and `AP_` optional.
 *
 * @throws CnntargzError `contract` when `text` is no such type, or names a mode that is not exact here (AP_WRAP_SM, saturation bits).
 */
export function parseType(text: string): FixedPointType {
  const compact = text.replace(/\s+/g, "");
  const whole = INTEGER.exec(compact);
  if (whole) return fixedType(whole[1] === "", Number(whole[2]), Number(whole[2]));
  const match = FIXED.exec(compact);
  if (match && Number(match[6] ?? 0) === 0) {
    const parsed = FixedPointType.safeParse({
      signed: match[1] === "",
      width: Number(match[2]),
      integer: Number(match[3]),
      rounding: match[4],
      overflow: match[5],
    });
    if (parsed.success) return parsed.data;
  }
  throw new CnntargzError(
    "contract",
    `"${text}" is not a fixed-point type; write ap_fixed<W,I>, ap_ufixed<W,I,AP_RND_CONV,AP_SAT,0> or ap_int<W> with W in 1..128, no saturation bits, and not AP_WRAP_SM`,
  );
}

/** Bits right of the binary point: width - integer, negative for types coarser than 1. */
export function fractionBits(type: FixedPointType): number {
  return type.width - type.integer;
}

/** The smallest integer of the type, in units of its least significant bit. */
export function minInteger(type: FixedPointType): bigint {
  return type.signed ? -(1n << BigInt(type.width - 1)) : 0n;
}

/** The largest integer of the type, in units of its least significant bit. */
export function maxInteger(type: FixedPointType): bigint {
  return (1n << BigInt(type.signed ? type.width - 1 : type.width)) - 1n;
}

/** `value` least significant bits as a float64: value * 2^-fraction, exact when |value| <= 2^53. */
export function integerToNumber(value: bigint | number, type: FixedPointType): number {
  return Number(value) * 2 ** -fractionBits(type);
}

/** Whether two types have the same values and the same modes. */
export function sameType(a: FixedPointType, b: FixedPointType): boolean {
  return (
    a.signed === b.signed &&
    a.width === b.width &&
    a.integer === b.integer &&
    a.rounding === b.rounding &&
    a.overflow === b.overflow
  );
}
