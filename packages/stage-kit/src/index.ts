export { canonicalJson, digestBytes, digestJson } from "./digest.js";
export {
  digestArtifact,
  digestTree,
  makeFolder,
  readArtifact,
  writeArtifact,
  writeFileAtomic,
  writeTree,
} from "./files.js";
export { philox4x32 } from "./philox.js";
export { createRng, deriveKey, permutation, type RngKey } from "./rng.js";
