import js from "@eslint/js";
import nx from "@nx/eslint-plugin";
import jsonParser from "jsonc-eslint-parser";
import tseslint from "typescript-eslint";

/** What each package may import: one row of the dependency table in docs/architecture.md each. */
const mayDependOn = {
  contracts: [],
  "stage-kit": ["contracts"],
  "fixed-point": ["contracts"],
  dataset: ["contracts", "stage-kit"],
  "wasm-kernels": [],
  "native-kernels": ["wasm-kernels"],
  models: ["contracts", "stage-kit", "wasm-kernels", "native-kernels"],
  quant: ["contracts", "fixed-point"],
  distill: ["contracts", "models"],
  "hls-codegen": ["contracts", "fixed-point"],
  eda: ["contracts", "fixed-point"],
  "fpga-eval": ["contracts", "fixed-point"],
  "trigger-eval": ["contracts"],
  report: ["contracts"],
};
const published = Object.keys(mayDependOn);
mayDependOn.orchestrator = published;
mayDependOn.testkit = ["contracts"];
mayDependOn.conformance = [...published, "orchestrator", "testkit"];

const tag = (name) => `pkg:${name}`;
const depConstraints = Object.entries(mayDependOn).map(([name, allowed]) => ({
  sourceTag: tag(name),
  onlyDependOnLibsWithTags: [name, ...allowed].map(tag),
}));
/** Tests may also use the repository's test helpers. */
const testConstraints = depConstraints.map(({ sourceTag, onlyDependOnLibsWithTags }) => ({
  sourceTag,
  onlyDependOnLibsWithTags: [...onlyDependOnLibsWithTags, tag("testkit")],
}));

/** Packages that must install and load without TensorFlow. */
const tensorflowFree = [
  "contracts",
  "stage-kit",
  "fixed-point",
  "dataset",
  "hls-codegen",
  "eda",
  "fpga-eval",
  "trigger-eval",
  "report",
];
const noTensorflow = {
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        {
          group: ["@tensorflow/*"],
          message: "This package must install and load without TensorFlow.",
        },
      ],
    },
  ],
};
/** Powers of other bases than 2 round differently in Node.js 24; squares and powers of two do not. */
const noInexactPowers = {
  "no-restricted-syntax": [
    "error",
    ...[
      "BinaryExpression[operator='**']:not([left.value=2]):not([right.value=2]):not([left.bigint])",
      "AssignmentExpression[operator='**=']",
      "MemberExpression[object.name='Math'][property.name='pow']",
    ].map((selector) => ({
      selector,
      message: "Its bits differ between versions of Node.js: take `power` of @cnntargz/contracts.",
    })),
  ],
};
const boundaries = (constraints) => ({
  "@nx/enforce-module-boundaries": [
    "error",
    { allowCircularSelfDependency: true, depConstraints: constraints },
  ],
});

export default tseslint.config(
  {
    ignores: [
      "**/dist",
      "**/coverage",
      "**/out-tsc",
      "**/tmp",
      ".nx",
      "tools/consumer",
      // AssemblyScript, which is not TypeScript; its own compiler checks it.
      "packages/wasm-kernels/assembly",
      // Made by the build.
      "packages/report/bundle",
      // Made from templates by its build.
      "packages/hls-codegen/precompiled",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      globals: {
        Buffer: "readonly",
        console: "readonly",
        structuredClone: "readonly",
        process: "readonly",
        performance: "readonly",
        URL: "readonly",
      },
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers belong into messages; everything else in a template must be a string.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Typed arrays are indexed within bounds that the loop above has just set.
      "@typescript-eslint/no-non-null-assertion": "off",
      // `const { left, ...others }` is how a property is left out.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  {
    files: ["packages/*/{src,page}/**/*.ts"],
    plugins: { "@nx": nx },
    rules: { ...boundaries(depConstraints), ...noInexactPowers },
  },
  {
    files: ["packages/*/test/**/*.ts"],
    plugins: { "@nx": nx },
    rules: boundaries(testConstraints),
  },
  {
    files: [`packages/{${tensorflowFree.join(",")}}/src/**/*.ts`, "packages/quant/src/*.ts"],
    rules: noTensorflow,
  },
  {
    files: ["packages/*/package.json"],
    languageOptions: { parser: jsonParser },
    plugins: { "@nx": nx },
    rules: {
      "@nx/dependency-checks": [
        "error",
        {
          // Loaded by name at run time, or installed by the orchestrator for the peers of others.
          ignoredDependencies: [
            "@cnntargz/native-kernels",
            "@tensorflow/tfjs-backend-wasm",
            "@tensorflow/tfjs-core",
            "@tensorflow/tfjs-layers",
            "@tensorflow/tfjs-node",
            "@yowasp/clang",
          ],
          ignoredFiles: ["{projectRoot}/test/**/*", "{projectRoot}/assembly/**/*"],
        },
      ],
    },
  },
);
