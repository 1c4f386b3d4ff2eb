import { decideWindow, fragmentImage, windowCount, windowDecisionTypes } from "@cnntargz/dataset";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const choices = (["disjoint", "overlapping"] as const).flatMap((windows) =>
  (["average", "or"] as const).map((pooling) => ({ windows, pooling })),
);
/** Hits, often crowded so that windows tie. */
const hits = fc.oneof(
  fc.array(fc.nat(3455), { maxLength: 60 }),
  fc.array(fc.nat(95), { maxLength: 10 }),
  fc.array(fc.nat(3455), { minLength: 1500, maxLength: 3000 }),
);

describe.each(choices)("decideWindow of $windows windows, $pooling", (choice) => {
  it("gives what fragmentImage gives, for any image", () => {
    fc.assert(
      fc.property(hits, (set) => {
        const bits = new Uint8Array(3456);
        for (const pixel of set) bits[pixel] = 1;
        const packed = new Uint8Array(432);
        for (const pixel of set) packed[pixel >> 3]! |= 0x80 >> (pixel & 7);
        const pixels = new Uint8Array(144);
        const decision = decideWindow(bits, choice);
        expect(decision.window).toBe(fragmentImage(packed, 0, pixels, 0, choice));
        const unit = choice.pooling === "or" ? 2 : 1;
        expect(decision.pixels.map((value) => value * unit)).toEqual([...pixels]);
        expect(decision.window).toBe(decision.counts.indexOf(Math.max(...decision.counts)));
      }),
    );
  });

  it("fits its words on the fullest image, none of which could be narrower", () => {
    const full = decideWindow(new Uint8Array(3456).fill(1), choice);
    const types = windowDecisionTypes(choice);
    expect(full.counts).toHaveLength(windowCount(choice));
    expect(full.window).toBe(0);
    for (const [type, most] of [
      [types.halfCount, Math.max(...full.halfCounts)],
      [types.count, Math.max(...full.counts)],
      [types.index, windowCount(choice) - 1],
      [types.pixel, Math.max(...full.pixels)],
    ] as const) {
      expect(most).toBeLessThan(2 ** type.width);
      expect(most).toBeGreaterThanOrEqual(2 ** (type.width - 1));
    }
  });
});

describe("decideWindow", () => {
  it("keeps in 23 windows a track that 12 cut in two", () => {
    const bits = new Uint8Array(3456);
    for (let layer = 0; layer < 9; layer++) bits[384 * layer + 58 + layer] = 1;
    const cut = decideWindow(bits);
    expect([cut.window, cut.counts[1]]).toEqual([1, 6]);
    const kept = decideWindow(bits, { windows: "overlapping" });
    // Windows 16 w .. 16 w + 31: 48 .. 79 is number 3.
    expect([kept.window, kept.counts[3]]).toEqual([3, 9]);
    expect(kept.rounds.map((round) => round.length)).toEqual([23, 12, 6, 3, 2, 1]);
  });

  it("refuses what is no image", () => {
    expect(() => decideWindow([0, 1])).toThrow(/has 2 bits, 3456/);
    expect(() => decideWindow(new Uint8Array(3456).fill(2))).toThrow(/layer 0, strip 0 is 2/);
  });
});
