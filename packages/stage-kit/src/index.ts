export {
  beginFile,
  type FileInProgress,
  isTemporaryFile,
  sweepTemporaryFiles,
  syncFolder,
  writeFileAtomic,
  type WriteOptions,
} from "./atomic-file.js";
export { canonicalJson, digestBytes, digestJson } from "./digest.js";
export {
  artifactText,
  assertDigest,
  digestArtifact,
  digestFile,
  digestTree,
  readArtifact,
  type RecordedDigest,
  writeArtifact,
  writeTree,
} from "./files.js";
export { makeFolder } from "./make-folder.js";
export { philox4x32 } from "./philox.js";
export { ownProcess, type ProcessIdentity, processState } from "./process-identity.js";
export { createRng, deriveKey, permutation, type RngKey } from "./rng.js";
