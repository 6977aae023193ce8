import { quoted } from "../../util/quoted.js";
import { evidence, labelsText, listText } from "../describe.js";
import type { Check } from "../types.js";
import { findUnmatched } from "../unmatched-selector.js";

export const selectorMatchesOtherNamespace: Check = {
  id: "selector-matches-other-namespace",
  title: "A selector that picks pods of another namespace only",
  severity: "error",
  why: "a selector looks in the Service's own namespace alone, so the Service has no endpoints",
  covers: [32],
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run(facts, context) {
    const unmatched = findUnmatched(facts, context);
    if (unmatched?.kind !== "elsewhere") return;
    const { service, namespace, selector } = facts;
    const owners = [...new Set(unmatched.sets.map((set) => `${set.owner} of namespace ${set.namespace}`))];
    const names = [...new Set(unmatched.sets.map((set) => set.namespace))];
    yield {
      object: service,
      // The pods of this namespace may come from files that were not read.
      severity: unmatched.shown ? "error" : "warning",
      message: `nothing in namespace ${namespace} carries the labels that the selector asks for; ${listText(owners, 3)} ${owners.length === 1 ? "does" : "do"}`,
      evidence: [
        evidence(`selector ${quoted(labelsText(selector ?? {}))}`, service, ["spec", "selector"]),
        ...unmatched.sets
          .slice(0, 5)
          .map(({ owner, object, path, namespace: other }) => evidence(`${other}: ${owner}`, object, path)),
      ],
      change: `move the Service to where the pods are (namespace ${listText(names, 3)}), or run pods with these labels in ${namespace}`,
    };
  },
};
