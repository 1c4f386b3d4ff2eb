import { fileURLToPath } from "node:url";

/** The folder with this package's ap_fixed.h, ap_int.h and hls_stream.h, for a compiler's -I. */
export function includeFolder(): string {
  return fileURLToPath(new URL("../include", import.meta.url));
}
