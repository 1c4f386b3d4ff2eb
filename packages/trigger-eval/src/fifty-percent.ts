import type { TriggerPerformance, TurnOnBin } from "@cnntargz/contracts";

/** Where a curve through points rises from below 1/2 to 1/2 or more for the first time; null when it does not. */
function crossing(points: readonly (readonly [pt: number, efficiency: number])[]): number | null {
  for (let i = 1; i < points.length; i++) {
    const [[left, low], [right, high]] = [points[i - 1]!, points[i]!];
    if (low < 0.5 && high >= 0.5) return left + ((right - left) * (0.5 - low)) / (high - low);
  }
  return null;
}

/**
 * True pT at which the turn-on rises through an efficiency of 1/2, interpolated linearly between the
 * centres of bins with events, and where the edges of its intervals do: the upper one gives `low`,
 * the lower one `high`. null when the points do not rise through 1/2.
 */
export function fiftyPercentPoint(
  bins: readonly TurnOnBin[],
): TriggerPerformance["fiftyPercentGeV"] {
  const through = (height: (bin: TurnOnBin) => number): number | null =>
    crossing(
      bins
        .filter(({ efficiency }) => efficiency.total > 0)
        .map((bin) => [(bin.ptLowGeV + bin.ptHighGeV) / 2, height(bin)]),
    );
  const value = through(({ efficiency }) => efficiency.passed / efficiency.total);
  if (value === null) return null;
  return {
    value,
    low: through(({ efficiency }) => efficiency.high),
    high: through(({ efficiency }) => efficiency.low),
  };
}
