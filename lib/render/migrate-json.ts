/** What a change of mode or release does, as data. */
import type { MigrateView } from "../migrate/migrate-view.js";
import { jsonText } from "../util/json-text.js";

/** Lines of a JSON document, schema svcrules.dev/migrate/v1; one line a difference, so that large clusters stream. */
export function* renderMigrateJson(view: MigrateView): Iterable<string> {
  const { from, to, differs, nodes, summary, reasons, notes, cleanup } = view;
  yield `{ "schema": "svcrules.dev/migrate/v1",`;
  for (const [key, value] of Object.entries({ from, to, differs, nodes, summary, notes, cleanup }))
    yield `  ${jsonText(key)}: ${jsonText(value)},`;
  yield `  "reasons": [`;
  for (const [i, { differences, ...reason }] of reasons.entries()) {
    yield `    ${jsonText(reason).slice(0, -1)}, "differences": [`;
    for (const [j, difference] of differences.entries())
      yield `      ${jsonText(difference)}${j < differences.length - 1 ? "," : ""}`;
    yield `    ] }${i < reasons.length - 1 ? "," : ""}`;
  }
  yield "  ] }";
}
