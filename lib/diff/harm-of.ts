/** How badly a change hurts the clients of services, worst first. */
import { NONE_REACHED } from "./compare-endpoints.js";
import { BEFORE_NAT, NOT_REFUSED } from "./view-words.js";
import type { Change, ChangeKind } from "./types.js";

export const HARMS = [
  "every-service",
  "no-connection",
  "some-connections",
  "wrong-reach",
  "wrong-share",
  "leftover",
  "none",
] as const;

/** What becomes of connections: the worst that a change does; "none" for a note. */
export type Harm = (typeof HARMS)[number];

const HARM_OF_KIND: Readonly<Record<ChangeKind, Harm>> = {
  "service-port-missing": "no-connection",
  "service-port-stale": "wrong-reach",
  "frontend-missing": "no-connection",
  "frontend-stale": "wrong-reach",
  "endpoint-missing": "wrong-share",
  "endpoint-stale": "some-connections",
  "share-changed": "wrong-share",
  "verdict-changed": "wrong-reach",
  "affinity-changed": "wrong-share",
  "masquerade-changed": "some-connections",
  "source-range-changed": "wrong-reach",
  "scheduler-changed": "wrong-share",
  "weight-changed": "wrong-share",
  "jump-missing": "some-connections",
  "base-chain-changed": "some-connections",
  "leftover-chain": "leftover",
  "duplicate-rule": "leftover",
  "unknown-rule": "leftover",
  "rule-order": "leftover",
};

/** The chains from which packets come to the rules of services. */
const ENTRIES: ReadonlySet<string> = new Set(["PREROUTING", "OUTPUT"]);

/** The harm of one change, from its kind and what else it says. */
export function harmOf(change: Change): Harm {
  const { kind, severity, actual, message } = change;
  if (severity === "info") return "none";
  if (message.includes(NONE_REACHED)) return "no-connection";
  switch (kind) {
    case "service-port-missing":
      return message.includes(NOT_REFUSED) ? "wrong-reach" : "no-connection";
    case "frontend-missing":
      if (message.includes(NOT_REFUSED)) return "wrong-reach";
      // Programmed, and for other traffic than it should be.
      return actual.length > 0 ? "wrong-reach" : "no-connection";
    case "verdict-changed":
      return message.includes("should be forwarded") ? "no-connection" : "wrong-reach";
    case "endpoint-missing":
    case "share-changed":
      return message.includes("no endpoint") ? "some-connections" : "wrong-share";
    case "jump-missing":
      if (severity !== "error") return "leftover";
      return isOfJump(change) ? "every-service" : "some-connections";
    case "base-chain-changed":
      if (severity !== "error") return "leftover";
      return message.startsWith("the node has no ") ? "every-service" : "some-connections";
    case "rule-order":
      if (severity !== "error") return "leftover";
      return isOfJump(change) ? "every-service" : "some-connections";
    // As an error, of a rule set that packets meet beside the right one.
    case "leftover-chain":
    case "unknown-rule":
      return severity === "error" ? "some-connections" : "leftover";
    default:
      return HARM_OF_KIND[kind];
  }
}

/** Whether it is about a jump into table nat's rules of services, not about single frontends in a table in front of it. */
function isOfJump({ chain, message }: Change): boolean {
  return ENTRIES.has(chain ?? "") && message.replace(BEFORE_NAT, "").includes("table nat");
}

/** The place of a harm among all, 0 for the worst. */
export function harmRank(change: Change): number {
  return HARMS.indexOf(harmOf(change));
}
