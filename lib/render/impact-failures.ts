/** Which failure hurts most, as text and as data. */
import { jsonText } from "../util/json-text.js";
import { printable } from "../util/printable.js";
import type { ImpactFailure } from "../results/impact-report.js";
import { escaped } from "./impact-markdown.js";
import { counted } from "./impact-words.js";
import { wrap } from "./wrap.js";

/** Lines, the worst failure first. `most`: Services named for each. */
export function* renderFailuresText(
  failures: readonly ImpactFailure[],
  { columns, most = Infinity }: { readonly columns: number; readonly most?: number },
): Iterable<string> {
  if (failures.length === 0) yield "The input holds no Node: no failure to try.";
  for (const [i, { kind, name, lost, weakened, endpoints }] of failures.entries()) {
    const words = `${i + 1}. ${kind} ${name}: ${counted(lost.length, "Service")} without an endpoint, ${weakened} weakened, ${counted(endpoints, "ready endpoint")} gone`;
    yield* wrap(printable(words), columns, "", "   ");
    for (const service of lost.slice(0, most)) yield `   - ${printable(service)}`;
    if (lost.length > most) yield `   and ${lost.length - most} more (--all names them)`;
  }
}

/** A table, the worst failure first. `most`: Services named for each. */
export function* renderFailuresMarkdown(
  failures: readonly ImpactFailure[],
  { most = Infinity }: { readonly most?: number },
): Iterable<string> {
  yield "### svcrules impact: the worst failures";
  yield "";
  yield "| | failure | Services without an endpoint | Services weakened | ready endpoints gone |";
  yield "|---|---|---|---|---|";
  for (const [i, { kind, name, lost, weakened, endpoints }] of failures.entries()) {
    const names = lost.length === 0 ? "" : `: ${lost.slice(0, most).join(", ")}${lost.length > most ? " ..." : ""}`;
    yield `| ${i + 1} | ${escaped(`${kind} ${name}`)} | ${lost.length}${escaped(names)} | ${weakened} | ${endpoints} |`;
  }
}

/** Schema svcrules.dev/impact-failures/v1. */
export function* renderFailuresJson(failures: readonly ImpactFailure[]): Iterable<string> {
  yield `{ "schema": "svcrules.dev/impact-failures/v1", "failures": [`;
  for (const [i, failure] of failures.entries()) yield `  ${jsonText(failure)}${i < failures.length - 1 ? "," : ""}`;
  yield "] }";
}
