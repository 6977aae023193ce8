import { DIAGNOSTIC_CODES } from "../diagnostics/codes.js";
import type { ChangeKind } from "../diff/types.js";
import type { Report } from "./types.js";

const CHANGES: Readonly<Record<ChangeKind, string>> = {
  "service-port-missing": "Rules for a service port are not there.",
  "service-port-stale": "There are rules for a service port that should have none.",
  "frontend-missing": "An address or port of a service port is not programmed.",
  "frontend-stale": "An address or port is programmed that the service port does not have.",
  "endpoint-missing": "An endpoint that traffic should reach gets none.",
  "endpoint-stale": "An endpoint gets traffic that it should not get.",
  "share-changed": "The endpoints are right, the share of traffic that each gets is not.",
  "verdict-changed": "Traffic is rejected or dropped instead of forwarded, or the other way round.",
  "affinity-changed": "Session affinity or its timeout differs.",
  "masquerade-changed": "Which traffic gets the node's address as its source differs.",
  "source-range-changed": "The allowed source ranges differ.",
  "scheduler-changed": "The IPVS scheduler or its flags differ.",
  "weight-changed": "The weight of a real server differs.",
  "jump-missing": "A built-in chain does not jump to kube-proxy's chain.",
  "base-chain-changed": "A rule of kube-proxy's chains that belong to no service differs.",
  "leftover-chain": "Chains of an old release or of another mode are still there.",
  "duplicate-rule": "The same rule stands there twice.",
  "unknown-rule": "A rule in a chain of kube-proxy that kube-proxy did not write.",
  "rule-order":
    "Rules stand in a wrong order, or a rule of another program takes, refuses or changes connections of services.",
};

const COVERAGE = {
  "not-compared": "Service ports about which the capture of the node says too little to compare them.",
  "not-given": "Parts of the node that refine an answer and were not captured.",
};

/** What an id means, in a sentence or two; the id itself when nothing says. */
export function explainId(id: string, { explanations }: Report): string {
  const tables: readonly (Readonly<Record<string, unknown>> | undefined)[] = [
    explanations,
    CHANGES,
    COVERAGE,
    DIAGNOSTIC_CODES,
  ];
  for (const table of tables) {
    if (!table || !Object.hasOwn(table, id)) continue;
    const found = table[id];
    return typeof found === "string" ? found : (found as { readonly explanation: string }).explanation;
  }
  return id;
}
