/** Outcomes as text: to merge paths, to order, and to show. */
import { joinHostPort } from "../net/ip.js";
import type { Outcome } from "./types.js";

/** The same text for the same outcome, e.g. "10.244.1.2:8080", "10.244.1.2:8080 masqueraded", "rejected". */
export function outcomeKey(outcome: Outcome): string {
  switch (outcome.kind) {
    case "endpoint":
      return joinHostPort(outcome.address, outcome.port) + sourceText(outcome);
    case "undisturbed":
      return `undisturbed${sourceText(outcome)}`;
    case "rejected":
    case "dropped":
      return outcome.kind;
    case "unknown":
      return `unknown: ${outcome.reason}`;
  }
}

function sourceText({ masqueraded, source }: { readonly masqueraded: boolean; readonly source?: string }): string {
  return masqueraded ? ` masqueraded${source === undefined ? "" : ` as ${source}`}` : "";
}
