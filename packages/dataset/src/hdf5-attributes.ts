/** Why an attribute is not what is wanted. */
export class AttributeFault extends Error {}

/** The only element of arrays of one, as `f.attrs["x"] = [1]` of h5py stores them. */
function single(value: unknown): unknown {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  return isList && (value as ArrayLike<unknown>).length === 1
    ? (value as ArrayLike<unknown>)[0]
    : value;
}

/**
 * An integer attribute of whatever width, sign and byte order, or a float that is one.
 *
 * @throws AttributeFault with what is there instead.
 */
export function integerAttribute(value: unknown): number {
  const one = single(value);
  const number = typeof one === "bigint" ? Number(one) : one;
  if (Number.isSafeInteger(number)) return number as number;
  if (one === undefined) throw new AttributeFault("is missing");
  const text = typeof one === "number" || typeof one === "bigint" ? String(one) : "no number";
  throw new AttributeFault(`is ${text}, an integer is wanted`);
}

/**
 * A text attribute: a string of fixed or variable length, in an array of one or not.
 *
 * @throws AttributeFault with what is there instead.
 */
export function textAttribute(value: unknown): string {
  // Bytes of an opaque type are an array of their own.
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  const one = single(value);
  if (typeof one === "string") return one;
  if (one === undefined) throw new AttributeFault("is missing");
  throw new AttributeFault("is no text");
}
