import type { Finding } from "./types.js";

/** Lines of one detail in the formats that people read; the JSON report has them all. */
export const MOST_DETAIL_LINES = 100;

/** What shows the finding, as text; of more than `most` lines the rest is counted. */
export function detailOf({ detail }: Finding, most = Infinity): string | undefined {
  const text = typeof detail === "function" ? detail() : detail;
  if (text === undefined || most === Infinity) return text;
  let end = -1;
  for (let line = 0; line < most; line++) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) return text;
  }
  const rest = text.slice(end + 1).split("\n").length;
  return `${text.slice(0, end)}\n... and ${rest} more line${rest === 1 ? "" : "s"}`;
}
