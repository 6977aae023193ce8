import { quoted } from "../../util/quoted.js";
import { evidence, labelsText } from "../describe.js";
import type { Check, Evidence, Problem, ServiceFacts } from "../types.js";
import { findUnmatched, type Unmatched } from "../unmatched-selector.js";

type Selector = Readonly<Record<string, string>>;

/** What to say and to change, by what the input shows. */
function wordsOf(
  { namespace }: ServiceFacts,
  { near, maker }: Pick<Extract<Unmatched, { kind: "no-pod" }>, "near" | "maker">,
): Pick<Problem, "message" | "change"> & { readonly more: readonly Evidence[] } {
  if (near)
    return {
      message: `no pod carries the labels that the selector asks for; ${near.set.owner} comes nearest: ${near.difference}`,
      change: `make the selector and the labels of ${near.set.owner} agree`,
      more: [
        evidence(
          `nearest: ${near.set.owner} with labels ${quoted(labelsText(near.set.labels))}`,
          near.set.object,
          near.set.path,
        ),
      ],
    };
  const message = `no pod of namespace ${namespace} carries the labels that the selector asks for`;
  if (!maker) return { message, change: "correct the selector, or label the pods that are to serve", more: [] };
  const { resource } = maker;
  return {
    message: `${message}; they would be made by ${maker.text}`,
    change: resource
      ? `find out why there are no pods of ${resource.kind} ${resource.metadata.name}: its status and its operator's log tell`
      : "find out whether the operator runs and has anything to make pods of",
    more: resource ? [evidence(`${resource.kind} ${resource.metadata.name}`, resource, ["metadata", "name"])] : [],
  };
}

export const selectorMatchesNothing: Check = {
  id: "selector-matches-nothing",
  title: "A selector that picks no pod",
  severity: "error",
  why: "a Service whose selector picks no pod has no endpoints, so every connection to it is refused",
  covers: [32],
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run(facts, context) {
    const unmatched = findUnmatched(facts, context);
    if (!unmatched || unmatched.kind === "elsewhere") return;
    if (unmatched.kind === "unknown") {
      yield { notEnoughInput: unmatched.reason };
      return;
    }
    const selector: Selector = facts.selector ?? {};
    const { message, change, more } = wordsOf(facts, unmatched);
    yield {
      object: facts.service,
      cause: `${facts.namespace} ${labelsText(selector)}`,
      message,
      evidence: [evidence(`selector ${quoted(labelsText(selector))}`, facts.service, ["spec", "selector"]), ...more],
      change,
    };
  },
};
