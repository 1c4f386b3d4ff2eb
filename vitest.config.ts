import { defineConfig } from "vitest/config";

/**
 * One process for the whole repository, against the built `dist` of every package: worker files and
 * .wasm assets exist only there, and a stranger gets exactly these files.
 */
export default defineConfig({
  test: {
    environment: "node",
    include: ["packages/*/test/**/*.test.ts"],
    exclude: process.env["CNNTARGZ_SLOW"] === "1" ? [] : ["**/*.slow.test.ts"],
    maxWorkers: 2,
    restoreMocks: true,
    // Training and C-simulation tests do real work; no test may fail on a slow machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    watch: false,
  },
});
