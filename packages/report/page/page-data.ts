import type { PageData } from "../src/page-data.js";

/** What the report was made with; checked where it was written. */
export function readPageData(): PageData {
  const element = document.getElementById("report-data")!;
  return JSON.parse(element.textContent) as PageData;
}
