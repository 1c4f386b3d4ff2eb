import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { HlsConfigInput } from "@cnntargz/contracts";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { needs, randomNetwork } from "@cnntargz/testkit";
import { expect, test } from "vitest";

import { smallNetwork, studentNetwork } from "./networks.js";

needs("clang-format")(
  "generated C++ is as clang-format has it, in the style that comes along",
  () => {
    const cases: [string, HlsConfigInput][] = [
      ["io_stream", {}],
      ["io_stream, resource", { strategy: "resource" }],
      [
        "io_parallel, resource, Vivado",
        { ioType: "io_parallel", strategy: "resource", backend: "vivado" },
      ],
      ["compat hls4ml, resource", { compat: "hls4ml", strategy: "resource" }],
      ["fragmenter in io_stream", { fragmenter: {} }],
      [
        "fragmenter in io_parallel",
        { ioType: "io_parallel", fragmenter: { windows: "overlapping" } },
      ],
    ];
    test.each(cases)("%s", (_, config) => {
      const networks = [studentNetwork(), smallNetwork(), randomNetwork(2, { elementwise: true })];
      for (const network of config.fragmenter ? networks.slice(0, 1) : networks) {
        const typed = { ...network, typeRule: "hls4ml" as const };
        const { files } = renderHls(planHls(typed, config), typed);
        const folder = mkdtempSync(join(tmpdir(), "cnntargz-format-"));
        try {
          for (const [path, text] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), text);
          }
          const sources = Object.keys(files).filter((path) => /\.(?:cpp|h)$/.test(path));
          expect(sources.length).toBeGreaterThan(8);
          // Gives the first places that differ when there are any.
          execFileSync("clang-format", ["--dry-run", "--Werror", ...sources], {
            cwd: folder,
            stdio: "pipe",
          });
        } finally {
          rmSync(folder, { recursive: true });
        }
      }
    });
  },
);
