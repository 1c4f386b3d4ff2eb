/** Integers that share a binary point: `integers[i]` * 2^-`fraction`. */
export interface Dyadic {
  readonly integers: Float64Array;
  readonly fraction: number;
}

/** How many bits right of the binary point `value` (finite) needs, at least 0. */
function fractionOf(value: number): number {
  let scaled = value;
  let fraction = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    fraction += 1;
  }
  return fraction;
}

/** Write float32 `values` without loss as integers on the coarsest common binary grid, at most 1. */
export function toDyadic(values: Float32Array): Dyadic {
  let fraction = 0;
  for (const value of values) {
    // Most values lie on the grid found so far.
    if (!Number.isInteger(value * 2 ** fraction)) fraction = fractionOf(value);
  }
  const unit = 2 ** fraction;
  return { integers: Float64Array.from(values, (value) => value * unit), fraction };
}
