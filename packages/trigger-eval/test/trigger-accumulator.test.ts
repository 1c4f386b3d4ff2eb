import { TriggerAccumulator, type TriggerInput, type TriggerOptions } from "@cnntargz/trigger-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Event {
  predicted: number;
  truth: number;
  muon: boolean;
  eta: number;
  off: number;
  window: number;
}
const event: fc.Arbitrary<Event> = fc.record({
  predicted: fc.double({ min: -10, max: 40, noNaN: true }),
  truth: fc.double({ min: 0.5, max: 30, noNaN: true }),
  muon: fc.boolean(),
  eta: fc.double({ min: 0, max: 1.05, noNaN: true }),
  off: fc.double({ min: -2, max: 2, noNaN: true }),
  window: fc.nat(11),
});

const inputOf = (events: readonly Event[]): TriggerInput => ({
  predictedPtGeV: events.map(({ predicted }) => predicted),
  truePtGeV: events.map(({ truth, muon }) => (muon ? truth : 0)),
  isMuon: events.map(({ muon }) => (muon ? 1 : 0)),
  predictedEta: events.map(({ eta, off }) => eta + off),
  trueEta: events.map(({ eta }) => eta),
  window: events.map(({ window }) => window),
});

const accumulated = (events: readonly Event[], options: TriggerOptions = {}) =>
  new TriggerAccumulator(options).add(inputOf(events));

describe("TriggerAccumulator", () => {
  it("gives the same bits for any split, order and number of workers", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.nat(60), fc.nat(60), (events, a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const parts = [events.slice(0, first), events.slice(first, second), events.slice(second)];
        const whole = accumulated(events).performance();
        const stream = new TriggerAccumulator();
        for (const part of parts) stream.add(inputOf(part));
        const workers = new TriggerAccumulator();
        for (const part of [...parts].reverse()) {
          // As a worker posts it.
          workers.merge(structuredClone(accumulated(part).counts));
        }
        expect(stream.performance()).toEqual(whole);
        expect(JSON.stringify(workers.performance())).toBe(JSON.stringify(whole));
      }),
      { numRuns: 20 },
    );
  });

  it("counts at each threshold of a scan what a direct evaluation counts", () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 50_000 }),
        (events, step) => {
          const thresholdGeV = step / 1000;
          // Some predictions exactly at the threshold, where a rounded comparison would err.
          const edged = events.map((one, i) =>
            i % 3 === 0 ? { ...one, predicted: thresholdGeV } : one,
          );
          const { scan } = accumulated(edged, { scanGeV: [thresholdGeV] }).performance();
          const direct = accumulated(edged, { thresholdGeV }).performance();
          expect(scan[0]!.thresholdGeV).toBe(thresholdGeV);
          expect(scan[0]!.plateau).toEqual(direct.plateau);
          expect(scan[0]!.fakeRate).toEqual(direct.fakeRate);
          expect(scan[0]!.fakeRateUpperLimit).toBe(direct.fakeRateUpperLimit);
          expect(scan[0]!.plateauLowerLimit).toBe(direct.plateauLowerLimit);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("puts the working points where a step further breaks them", () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 20, maxLength: 200 }),
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (events, requiredFakeRate, requiredPlateau) => {
          const options = { requiredFakeRate, requiredPlateau };
          const { atFakeRate, atPlateau } = accumulated(events, options).performance()
            .workingPoints;
          const at = (thresholdGeV: number) =>
            accumulated(events, { ...options, scanGeV: [thresholdGeV] }).performance().scan[0]!;
          if (atFakeRate.point !== null) {
            const { thresholdGeV, fakeRateUpperLimit } = atFakeRate.point;
            expect(at(thresholdGeV)).toEqual(atFakeRate.point);
            expect(fakeRateUpperLimit).toBeLessThan(requiredFakeRate);
            if (thresholdGeV > 0.0015) {
              const lower = at(thresholdGeV - 0.001).fakeRateUpperLimit;
              expect(lower).toBeGreaterThanOrEqual(requiredFakeRate);
            }
          } else {
            expect(at(400).fakeRateUpperLimit).toBeGreaterThanOrEqual(requiredFakeRate);
          }
          if (atPlateau.point !== null) {
            const { thresholdGeV, plateauLowerLimit } = atPlateau.point;
            expect(plateauLowerLimit).toBeGreaterThanOrEqual(requiredPlateau);
            if (thresholdGeV < 400) {
              expect(at(thresholdGeV + 0.001).plateauLowerLimit).toBeLessThan(requiredPlateau);
            }
          } else {
            expect(at(0.001).plateauLowerLimit).toBeLessThan(requiredPlateau);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("stays small for predictions all over the place", () => {
    const accumulator = new TriggerAccumulator();
    for (const predicted of [-1e30, -400, 0, 1e-12, 400, 1e30]) {
      accumulator.add({ predictedPtGeV: [predicted], truePtGeV: [10], isMuon: [1] });
      accumulator.add({ predictedPtGeV: [predicted], truePtGeV: [0], isMuon: [0] });
    }
    const { resolution, fakeRate } = accumulator.performance();
    // Residuals end at +-400 GeV; what fires is decided on the exact value.
    expect(resolution!.stdGeV).toBeLessThan(400);
    expect(fakeRate.passed).toBe(2);
    expect(resolution!.inversePt!.events).toBe(3);
    expect(accumulator.counts.nearThreshold.pt.counts.length).toBeLessThanOrEqual(800_001);
  });

  it("leaves no trace of a batch that it refuses", () => {
    const accumulator = accumulated([]);
    const good = { predictedPtGeV: [9, 11], truePtGeV: [9, 10], isMuon: [1, 1] };
    accumulator.add(good);
    const before = structuredClone(accumulator.counts);
    for (const [batch, message] of [
      [{ ...good, predictedPtGeV: [9, Number.NaN] }, /predictedPtGeV of event 3 is NaN/],
      [{ ...good, isMuon: [1, 3] }, /isMuon of event 3 is 3/],
      [{ ...good, truePtGeV: [9, 0] }, /truePtGeV of event 3 is 0, a muon's must be positive/],
      [{ ...good, truePtGeV: [9] }, /truePtGeV has 1 entries/],
      [{ ...good, trueEta: [0, 0], predictedEta: [0, 0] }, /some events come with none, others/],
      [{ ...good, window: [0, 0] }, /window without predictedEta/],
    ] as const) {
      expect(() => accumulator.add(batch)).toThrow(message);
      expect(accumulator.counts).toEqual(before);
    }
    expect(() => accumulator.merge(new TriggerAccumulator({ thresholdGeV: 5 }).counts)).toThrow(
      /different options/,
    );
  });

  it.each([
    [{ thresholdGeV: 0 }, /thresholdGeV is 0, it must be positive/],
    [{ windowStridePx: -16 }, /windowStridePx is -16/],
    [{ bunchCrossingNs: Infinity }, /bunchCrossingNs is Infinity/],
    [{ muonHz: Number.NaN }, /muonHz is NaN/],
    [{ requiredFakeRate: 0 }, /requiredFakeRate is 0/],
    [{ requiredPlateau: 1.1 }, /requiredPlateau is 1.1/],
    [{ scanGeV: [5, 500] }, /a threshold of scanGeV is 500, it must be from 0 to 400/],
    [{ etaEdges: [1, 0] }, /etaEdges \[1, 0\] are no bin edges/],
    [{ spectrum: { kind: "power", power: 1 } }, /must be above 1/],
  ] as const)("refuses options %j", (options, message) => {
    expect(() => new TriggerAccumulator(options)).toThrow(message);
  });
});
