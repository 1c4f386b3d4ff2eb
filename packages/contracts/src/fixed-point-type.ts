import { z } from "zod";

/** ap_fixed rounding modes, named as in HLS. */
export const RoundingMode = z.enum([
  "TRN",
  "TRN_ZERO",
  "RND",
  "RND_ZERO",
  "RND_MIN_INF",
  "RND_INF",
  "RND_CONV",
]);
export type RoundingMode = z.infer<typeof RoundingMode>;

/** ap_fixed overflow modes, named as in HLS. */
export const OverflowMode = z.enum(["WRAP", "SAT", "SAT_ZERO", "SAT_SYM"]);
export type OverflowMode = z.infer<typeof OverflowMode>;

/**
 * A fixed-point type `ap_[u]fixed<width, integer, AP_rounding, AP_overflow>`: a `width`-bit integer
 * times 2^-(width - integer). `integer` counts the sign bit and may be negative or exceed `width`.
 */
export const FixedPointType = z.strictObject({
  signed: z.boolean(),
  width: z.int().min(1).max(128),
  integer: z.int().min(-128).max(256),
  rounding: RoundingMode.default("TRN"),
  overflow: OverflowMode.default("WRAP"),
});
export type FixedPointType = z.output<typeof FixedPointType>;
