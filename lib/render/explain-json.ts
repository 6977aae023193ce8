/** What `explain` found, as data. */
import type { ExplainView } from "../explain/explain-view.js";

/** Schema svcrules.dev/explain/v1. */
export function explainJSON(view: ExplainView): object {
  const { question, answers, node, mode, kubeVersion, captures, services, pods, chains } = view;
  return {
    schema: "svcrules.dev/explain/v1",
    question,
    answers,
    node,
    mode,
    kubeVersion,
    captures,
    services,
    pods,
    chains,
  };
}
