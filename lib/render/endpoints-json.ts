/** Endpoints as JSON: an array, one row a line. */
import { jsonText } from "../util/json-text.js";
import type { EndpointRow } from "../endpoints/rows.js";

/** Lines of the document; the rows are asked for one by one, so that large clusters stream. */
export function* renderEndpointsJson(rows: Iterable<EndpointRow>): Iterable<string> {
  let previous: string | undefined;
  yield "[";
  for (const row of rows) {
    if (previous !== undefined) yield `  ${previous},`;
    previous = jsonText(row);
  }
  if (previous !== undefined) yield `  ${previous}`;
  yield "]";
}
