/** What a change does, as data. */
import { jsonText } from "../util/json-text.js";
import type { ImpactChange, ImpactReport } from "../results/impact-report.js";

/** Lines of a JSON document, schema svcrules.dev/impact/v1; one line a frontend, so that large reports stream. */
export function renderImpactJson({ changes, ...head }: ImpactReport): Iterable<string> {
  return impactJson("svcrules.dev/impact/v1", head, changes);
}

/** `schema`: its name; `head`: the members before the changes. */
export function* impactJson(schema: string, head: object, changes: readonly ImpactChange[]): Iterable<string> {
  yield `{ "schema": ${jsonText(schema)},`;
  for (const [key, value] of Object.entries(head)) yield `  ${jsonText(key)}: ${jsonText(value)},`;
  yield `  "changes": [`;
  for (const [i, { frontends, ...change }] of changes.entries()) {
    yield `    ${jsonText(change).slice(0, -1)}, "frontends": [`;
    for (const [j, frontend] of frontends.entries())
      yield `      ${jsonText(frontend)}${j < frontends.length - 1 ? "," : ""}`;
    yield `    ] }${i < changes.length - 1 ? "," : ""}`;
  }
  yield "  ] }";
}
