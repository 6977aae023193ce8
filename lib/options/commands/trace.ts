import { flag, list, number, text } from "../builders.js";
import { INPUTS, INPUT_OPTIONS, SITUATION_OPTIONS, outputOption } from "../shared.js";
import { defineCommand } from "../command.js";

export const traceCommand = defineCommand({
  name: "trace",
  describe: "one packet through a node's rules: every branch with its probability, then NetworkPolicies",
  positionals: INPUTS,
  options: {
    from: text("SENDER", "who sends: [NS/]POD, an IP, a NODE, or outside", {
      isRequired: true,
      names: "sender",
      example: "shop/web-1",
    }),
    to: text("DESTINATION", "where to: IP:PORT[/udp] or [NS/]SERVICE:PORT, the port by number or name", {
      isRequired: true,
      names: "destination",
      example: "shop/db:5432",
    }),
    on: list("FILE", "trace through these captures of a node, foreign rules included", { group: "input" }),
    namespace: text("NS", "of names without one", { short: "n", names: "namespace", otherwise: "default" }),
    interface: text("NAME", "the interface it arrives through, for rules that ask", { group: "node", example: "eth0" }),
    "source-port": number(65535, "its source port, for rules that ask", { group: "node", example: "40000" }),
    mark: number(0xffffffff, "the mark it arrives with", { group: "node", example: "0x4000" }),
    rules: flag("show each rule under its sentence", { group: "output" }),
    output: outputOption(["text", "json", "mermaid"]),
    ...SITUATION_OPTIONS,
    ...INPUT_OPTIONS,
  },
  examples: [
    ["$0 trace --from shop/web-1 --to shop/db:5432 dump.json", "pod to service, on the pod's node"],
    ["$0 trace --from outside --to 192.168.0.11:30080 --on node.txt manifests/", "through captured rules"],
    ["$0 trace --from node-1 --to 10.96.0.10:53/udp -o mermaid dump.json", "as a flowchart"],
  ],
});
