// What the evaluate command loads when it runs, so that `--help` does not wait for it.
export { PUBLISHED_PT_EDGES_GEV } from "@cnntargz/trigger-eval";
export { evaluateFiles } from "../evaluate-files.js";
export { evaluationText } from "../evaluation-table.js";
