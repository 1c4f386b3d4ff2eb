import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { evaluateFiles } from "@cnntargz/orchestrator";
import { evaluateTrigger } from "@cnntargz/trigger-eval";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-evaluate-files-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const HEADER = "predicted_pt_gev,true_pt_gev\n";

describe("evaluateFiles", () => {
  it("takes events of true pT 0 as background, blank lines and other columns as nothing", async () => {
    const path = file(
      "few.csv",
      "run,true_pt_gev , predicted_pt_gev\n7,16,12\n\n7,9, 9\r\n8,0,11\n",
    );
    const [found] = await evaluateFiles([path], {});
    const expected = evaluateTrigger({
      ...{ predictedPtGeV: [12, 9, 11], truePtGeV: [16, 9, 0], isMuon: [1, 1, 0] },
    });
    expect(found).toEqual({ file: path, model: "few", performance: expected });
  });

  it("reads more events than a batch holds", async () => {
    const lines = Array.from({ length: 150_000 }, (_, i) => `${i % 23},${3 + (i % 17)}`);
    const path = file("many.csv", HEADER + lines.join("\n"));
    const seen: string[] = [];
    const [found] = await evaluateFiles([path], {}, { onProgress: ({ task }) => seen.push(task) });
    expect(found!.performance.muons).toBe(150_000);
    expect(found!.performance.turnOn[0]!.efficiency.total).toBe(Math.ceil(150_000 / 17));
    expect(seen.map((task) => /: (.*) events/.exec(task)![1])).toEqual([
      ...["65,536", "131,072", "150,000"],
    ]);
  });

  it("stops when told", async () => {
    const signal = AbortSignal.abort(new DOMException("stopped", "AbortError"));
    await expect(evaluateFiles([file("s.csv", `${HEADER}1,2`)], {}, { signal })).rejects.toThrow(
      "stopped",
    );
  });

  it.each([
    ["x.txt", "1,2\n", "artifact", /x\.txt is of no known kind: \.json, \.npz and \.csv/],
    ["empty.csv", "", "artifact", /empty\.csv is empty/],
    ["names.csv", "predicted,true_pt_gev\n", "artifact", /has no predicted_pt_gev \(first line: p/],
    ["short.csv", `${HEADER}1,2\n3\n`, "artifact", /short\.csv:3 has 1 values, the first line n/],
    ["word.csv", `${HEADER}1,two\n`, "artifact", /word\.csv:2 true_pt_gev is "two", a number/],
    ["gap.csv", `${HEADER}1,\n`, "artifact", /gap\.csv:2 true_pt_gev is "", a number is wanted/],
    ["nan.csv", `${HEADER}1,2\nNaN,2\n`, "contract", /nan\.csv: predictedPtGeV of event 1 is NaN/],
    ["damaged.npz", "PK no zip", "artifact", /damaged\.npz is not a \.npz archive/],
    ["dataset.json", '{"kind":"dataset"}', "contract", /dataset\.json/],
    ["no.json", "{", "artifact", /no\.json/],
  ] as const)("refuses %s", async (name, content, code, message) => {
    const refused = evaluateFiles([file(name, content)], {});
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });
});
