import { FileTree, pathsFault } from "@cnntargz/contracts";
import { describe, expect, test } from "vitest";

describe("paths below a folder", () => {
  test.each([
    ["../outside"],
    ["a/../../outside"],
    ["/absolute"],
    ["a//b"],
    ["./a"],
    ["a/"],
    [""],
    ["C:/windows"],
    ["c:name"],
    ["..\\outside"],
    ["\\\\server\\share"],
    ["a\u0000b"],
    ["a\nb"],
    ["a\u001b[2J"],
    ["firmware/con"],
    ["NUL.txt"],
    ["a."],
    ["a "],
    ["n".repeat(1001)],
  ])("%j is refused", (path) => {
    expect(pathsFault(["firmware/defines.h", path])).toContain(JSON.stringify(path.slice(0, 100)));
  });

  test.each([
    ["names that differ by case", ["firmware/a.h", "firmware/A.h"], /differ only by case/],
    ["folders that differ by case", ["x/Weights/w2.h", "x/weights/W2.h"], /differ only by case/],
    ["a composed and a decomposed letter", ["\u00e9.h", "e\u0301.h"], /differ only by case/],
    ["a file in the place of a folder", ["a/b", "a"], /"a" is a file and the folder of "a\/b"/],
    ["of another case", ["A/b", "a"], /is a file and the folder of/],
  ])("%s are refused", (_, paths, words) => {
    expect(pathsFault(paths)).toMatch(words);
    expect(FileTree.safeParse(Object.fromEntries(paths.map((path) => [path, ""]))).success).toBe(
      false,
    );
  });

  test("a project's own are taken", () => {
    const paths = [
      "firmware/weights/w2.h",
      "firmware/weights/w3.h",
      "build_lib.sh",
      "a b/c.d/..e",
      "台.h",
    ];
    expect(pathsFault(paths)).toBeNull();
  });
});
