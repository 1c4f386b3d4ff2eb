import { CnntargzError } from "@cnntargz/contracts";

import type { LayerFactory } from "./layer-factory.js";

/** Where another thread or process finds a layer factory: data that can be sent there. */
export interface LayerFactoryRef {
  /** What `import()` takes: a package, or better the URL that `import.meta.resolve` gives for it. */
  readonly module: string;
  /** Name of the export. */
  readonly export: string;
  /** Arguments that make it give the factory; null when the export is the factory itself. */
  readonly args: readonly unknown[] | null;
}

/**
 * Import a layer factory.
 *
 * @throws CnntargzError `config` when the module lacks the export or it is no function.
 */
export async function importLayerFactory(ref: LayerFactoryRef): Promise<LayerFactory> {
  const module = (await import(ref.module)) as Record<string, unknown>;
  const exported = module[ref.export];
  if (typeof exported !== "function") {
    throw new CnntargzError(
      "config",
      `${ref.module} exports no function ${ref.export}, which is to make the layers in a worker; correct layerFactoryRef`,
    );
  }
  if (ref.args === null) return exported as LayerFactory;
  return (exported as (...args: readonly unknown[]) => LayerFactory)(...ref.args);
}
