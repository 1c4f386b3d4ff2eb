import { readFileSync } from "node:fs";

import {
  conclusiveEvents,
  LIMIT_CONFIDENCE,
  lowerLimit,
  minimumEvents,
  upperLimit,
} from "@cnntargz/trigger-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Fixture {
  minimum: { rate: number; minimumEvents: number }[];
  conclusive: { passed: number; total: number; rate: number; conclusiveEvents: number }[];
}
const fixture = JSON.parse(
  readFileSync(new URL("fixtures/background-events.json", import.meta.url), "utf8"),
) as Fixture;

describe("minimumEvents", () => {
  it.each(fixture.minimum)("for a rate of $rate", ({ rate, minimumEvents: events }) => {
    expect(minimumEvents(rate, LIMIT_CONFIDENCE)).toBe(events);
    expect(upperLimit(0, events, LIMIT_CONFIDENCE)).toBeLessThan(rate);
    expect(upperLimit(0, events - 1, LIMIT_CONFIDENCE)).toBeGreaterThanOrEqual(rate);
  });
});

describe("conclusiveEvents", () => {
  it.each(fixture.conclusive)("of $passed of $total against $rate", (one) => {
    expect(conclusiveEvents(one.passed, one.total, one.rate, LIMIT_CONFIDENCE)).toBe(
      one.conclusiveEvents,
    );
  });

  it("is not known without events, or at equality, or when it takes too many", () => {
    expect(conclusiveEvents(0, 0, 0.002, LIMIT_CONFIDENCE)).toBeNull();
    expect(conclusiveEvents(2, 1000, 0.002, LIMIT_CONFIDENCE)).toBeNull();
    expect(conclusiveEvents(1_999_999, 1e9, 0.002, LIMIT_CONFIDENCE)).toBeNull();
  });

  it("decides at the number it gives", () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 4000 }),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        (passed, more, rate) => {
          const total = passed + more;
          const events = conclusiveEvents(passed, total, rate, LIMIT_CONFIDENCE);
          if (events === null) return;
          const expected = (passed / total) * events;
          if (passed / total < rate) {
            expect(upperLimit(Math.ceil(expected - 1e-6), events, LIMIT_CONFIDENCE)).toBeLessThan(
              rate,
            );
          } else {
            expect(
              lowerLimit(Math.floor(expected + 1e-6), events, LIMIT_CONFIDENCE),
            ).toBeGreaterThan(rate);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
