import { flag, list, number, text } from "../builders.js";
import { INPUT_OPTIONS, outputOption, REPORT_OPTIONS, SELECTION_OPTIONS, SITUATION_OPTIONS } from "../shared.js";
import { defineCommand } from "../command.js";

const { set: _set, node: _node, "ip-family": _family, ...COMMON } = SITUATION_OPTIONS;

export const impactCommand = defineCommand({
  name: "impact",
  describe: "what a change does to every frontend: two states compared, or one with --drain and its like",
  positionals: {
    input: { describe: "the state before and the state after, or one state: a file, directory or dump", isMany: true },
  },
  options: {
    drain: list("NODE", "what if its pods leave the node", { names: "node", example: "worker-3" }),
    "zone-down": list("ZONE", "what if the zone's nodes are gone", { example: "zone-a" }),
    scale: list("NS/WORKLOAD=N", "what if the workload has so many pods", { example: "shop/web=1" }),
    "not-ready": list("NS/POD", "what if the pod is not ready", { example: "shop/web-1" }),
    delete: list("'KIND NS/NAME'", "what if the object is deleted", { example: "'Service shop/web'" }),
    set: list(
      "'NS/SERVICE PATH=VALUE'",
      "what if the Service's field is so; PATH=VALUE alone overrides kube-proxy's, on both sides",
      { example: "'shop/web spec.externalTrafficPolicy=Local'" },
    ),
    apply: list("FILE", "what if the manifests are applied", { example: "change.yaml" }),
    worst: number(10_000, "try each failure of a node or zone instead, and show so many"),
    node: text("NAME", "only from this node", { group: "rules", names: "node", otherwise: "every Node" }),
    output: outputOption(["text", "json", "markdown"]),
    all: flag("name every frontend, not the first of each change", { group: "output" }),
    "fail-on": list("KINDS", "kinds of change that make the exit status 1, with commas; none: no kind", {
      group: "output",
      otherwise: "lost,exposed",
      example: "lost,exposed,policy",
    }),
    allow: list("FILE", "changes that are accepted: KIND NS/SERVICE [FRONTEND] a line, * for anything", {
      example: "accepted.txt",
    }),
    "exit-zero": flag("exit 0 whatever changes", { group: "output" }),
    ...REPORT_OPTIONS,
    ...COMMON,
    ...INPUT_OPTIONS,
    ...SELECTION_OPTIONS,
  },
  examples: [
    ["$0 impact base/ head/", "a pull request's two states"],
    ["$0 impact base/ head/ -o markdown", "the comment for the pull request"],
    ["$0 impact dump.json --drain worker-3", "before a node is drained"],
    ["$0 impact dump.json --zone-down zone-a --scale shop/web=6", "several changes at once"],
    ["$0 impact dump.json --set 'shop/web spec.externalTrafficPolicy=Local'", "before a field is changed"],
    ["$0 impact dump.json --worst 5", "which node or zone hurts most"],
  ],
});
