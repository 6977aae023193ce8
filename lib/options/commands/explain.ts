import { flag, list, text } from "../builders.js";
import { INPUTS, INPUT_OPTIONS, SITUATION_OPTIONS, outputOption } from "../shared.js";
import { defineCommand } from "../command.js";

export const explainCommand = defineCommand({
  name: "explain",
  describe: "a service, address, pod or chain in words: frontends, endpoints with shares, every rule",
  positionals: {
    target: {
      isRequired: true,
      names: "target",
      describe: "[NS/]SERVICE, IP:PORT[/PROTOCOL], [NS/]POD, or the name or hash of a chain",
    },
    ...INPUTS,
  },
  options: {
    on: list("FILE", "explain the rules of these captures of a node instead of compiled ones", { group: "input" }),
    namespace: text("NS", "of names without one", { short: "n", names: "namespace", otherwise: "default" }),
    rules: flag("show each rule under its sentence", { group: "output" }),
    output: outputOption(["text", "json"]),
    ...SITUATION_OPTIONS,
    ...INPUT_OPTIONS,
  },
  examples: [
    ["$0 explain shop/web dump.json --node worker-1", "a service as one node treats it"],
    ["$0 explain 10.96.0.10:443 manifests/", "whose address it is, and what happens there"],
    ["$0 explain KUBE-SEP-XYZ... --on node.txt manifests/", "which endpoint a chain belongs to"],
  ],
});
