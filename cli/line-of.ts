import type { FileLine } from "../lib/diff/types.js";
import { locate } from "../lib/readers/locate.js";
import { positionOf } from "../lib/source/position.js";
import type { LineOf } from "../lib/render/iptables-json.js";

/** Finds the manifest line of a service port; asked for the same one again and again, it looks once. */
export function lineOfServicePort(): LineOf {
  let last: { readonly origin: unknown; readonly portIndex: number; readonly at: FileLine | undefined } | undefined;
  return (origin, portIndex) => {
    if (last?.origin === origin && last.portIndex === portIndex) return last.at;
    const span = locate({ origin, path: ["spec", "ports", portIndex] });
    const at = { file: span.source.name, line: positionOf(span.source, span.start).line };
    last = { origin, portIndex, at };
    return at;
  };
}
