import { readFileSync } from "node:fs";

import ts from "typescript";

const packagesUrl = new URL("../../", import.meta.url);

/** Packages that are published, as their names without the scope. */
const PUBLIC_PACKAGES = [
  ..."contracts stage-kit fixed-point dataset wasm-kernels native-kernels models quant".split(" "),
  ..."distill hls-codegen eda fpga-eval trigger-eval report orchestrator".split(" "),
];

/** One parameter with named properties, of one exported function. */
export interface ObjectParameter {
  /** What to import, such as `@cnntargz/quant/tfjs`. */
  readonly entry: string;
  /** Exported name, with the static method's for those of classes. */
  readonly name: string;
  readonly method: string | null;
  readonly isClass: boolean;
  readonly index: number;
  /** Name of each parameter's type, and its first property names. */
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly properties: readonly string[];
  /** Property that only artifacts have. */
  readonly isArtifact: boolean;
}

interface Entry {
  readonly entry: string;
  readonly file: string;
}

function entriesOf(name: string): Entry[] {
  const read = (path: string): string => readFileSync(new URL(path, packagesUrl), "utf8");
  const { exports } = JSON.parse(read(`${name}/package.json`)) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === "string"
      ? []
      : [
          {
            entry: `@cnntargz/${name}${path.slice(1)}`,
            file: new URL(`${name}/${target.types}`, packagesUrl).pathname,
          },
        ],
  );
}

/** Every object-typed parameter of every function and class that the packages' entries export. */
export function objectParameters(): ObjectParameter[] {
  const entries = PUBLIC_PACKAGES.flatMap(entriesOf);
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ESNext,
      skipLibCheck: true,
      strict: true,
    },
  );
  const checker = program.getTypeChecker();

  const objectTypes = (type: ts.Type): ts.Type[] =>
    (type.isUnion() ? type.types : [type]).filter((part) => {
      if (!(part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false;
      if (checker.isArrayType(part) || checker.isTupleType(part)) return false;
      const isCallable = part.getCallSignatures().length + part.getConstructSignatures().length > 0;
      return !isCallable && part.getProperties().length > 0;
    });
  const nameOf = (type: ts.Type): string => {
    // TypeScript declares `symbol` as always there; intersections have none.
    const { symbol } = type as { symbol?: ts.Symbol };
    const alias = type.aliasSymbol?.name ?? symbol?.name ?? checker.typeToString(type);
    const inner = type.aliasTypeArguments?.[0];
    return inner !== undefined && (alias === "Pick" || alias === "Omit") ? nameOf(inner) : alias;
  };

  return entries.flatMap(({ entry, file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol =
        exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
      const type = checker.getTypeOfSymbol(symbol);
      // Schemas, which are zod's objects, and zod itself.
      if (/Zod|^typeof import/.test(checker.typeToString(type))) return [];
      const constructors = type.getConstructSignatures();
      const statics = constructors.length === 0 ? [] : type.getProperties();
      const signatures = [
        ...type.getCallSignatures().map((signature) => ({ method: null, signature })),
        ...constructors.map((signature) => ({ method: null, signature })),
        ...statics.flatMap((property) =>
          checker
            .getTypeOfSymbol(property)
            .getCallSignatures()
            .map((signature) => ({ method: property.name, signature })),
        ),
      ];
      return signatures.flatMap(({ method, signature }) => {
        const types = signature
          .getParameters()
          .map((parameter) => checker.getNonNullableType(checker.getTypeOfSymbol(parameter)));
        const parameters = signature
          .getParameters()
          .map(({ name }, index) => ({ name, type: nameOf(types[index]!) }));
        return types.flatMap((parameter, index) => {
          const objects = objectTypes(parameter);
          if (objects.length === 0) return [];
          const properties = objects.flatMap((part) =>
            part.getProperties().map(({ name }) => name),
          );
          return [
            {
              entry,
              name: exported.name,
              method,
              isClass: constructors.length > 0 && method === null,
              index,
              parameters,
              properties: [...new Set(properties)],
              isArtifact: properties.includes("kind") && properties.includes("schemaVersion"),
            },
          ];
        });
      });
    });
  });
}
