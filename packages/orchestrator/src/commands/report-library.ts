// What the report command loads when it runs, so that `--help` does not wait for it.
export { writeReport } from "../write-report.js";
