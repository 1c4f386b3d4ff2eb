import { closest, distance } from "fastest-levenshtein";

const MOST = 8;

/** Words for an error about an unknown name: the nearest known one, or a few that there are. */
export function nearestOf(name: string, known: readonly string[]): string {
  const nearest = closest(
    name.toLowerCase(),
    known.map((word) => word.toLowerCase()),
  );
  if (known.length > 0 && distance(name.toLowerCase(), nearest) <= Math.max(2, name.length / 3)) {
    return `did you mean ${known.find((word) => word.toLowerCase() === nearest)!}?`;
  }
  const more = known.length > MOST ? `, ... (${known.length} in all)` : "";
  return `known are ${known.slice(0, MOST).join(", ")}${more}`;
}
