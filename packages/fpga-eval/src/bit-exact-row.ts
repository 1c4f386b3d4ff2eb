import { type BitExact, CnntargzError, type VerdictRow } from "@cnntargz/contracts";

import { number } from "./row-figures.js";

/** Row 5: no value differs in any pair, and there is a pair. */
export function bitExactRow(bitExact: BitExact): VerdictRow {
  const compared = bitExact.pairs.filter(({ images }) => images > 0);
  const inPairs = bitExact.pairs.reduce((sum, { mismatches }) => sum + mismatches, 0);
  if (inPairs !== bitExact.mismatches) {
    throw new CnntargzError(
      "contract",
      `bit-exactness: the pairs have ${inPairs} mismatches, their sum says ${bitExact.mismatches}; compare again`,
    );
  }
  const isKnown = compared.length > 0;
  const { mismatches } = bitExact;
  const worst = compared.find((pair) => pair.mismatches > 0);
  const differ =
    worst === undefined
      ? ""
      : `; ${worst.candidate} differs from ${worst.reference} in ${number(worst.mismatches)} of its values`;
  return {
    requirement: "bit-exact",
    value: isKnown ? mismatches : null,
    limit: 0,
    margin: null,
    unit: "mismatches",
    status: !isKnown ? "inconclusive" : mismatches === 0 ? "pass" : "fail",
    note: isKnown
      ? `${compared.length} pair${compared.length === 1 ? "" : "s"} compared, whole test set ${number(bitExact.images)} images${differ}.`
      : "Nothing was compared; run the firmware's C++ against the integer network.",
  };
}
