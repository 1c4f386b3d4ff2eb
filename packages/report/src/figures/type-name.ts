import type { FixedPointType } from "@cnntargz/contracts";

/** The HLS spelling of a type without its modes, such as `ap_ufixed<4,0>`. */
export const typeName = ({ signed, width, integer }: FixedPointType): string =>
  `ap_${signed ? "" : "u"}fixed<${width},${integer}>`;
