import { DEFAULT_IMAGE, VIAS } from "../../collect/options.js";
import { flag, text } from "../builders.js";
import { defineCommand } from "../command.js";

export const collectCommand = defineCommand({
  name: "collect",
  describe: "print a shell script that gathers cluster and nodes into one bundle; runs nothing itself",
  positionals: {},
  options: {
    nodes: text("NAME,..", "nodes to capture, or all, or none", {
      otherwise: "all; with --via local this machine",
      example: "worker-1,worker-2",
    }),
    via: text("HOW", `how a node is reached: ${VIAS.join(", ")}`, { default: "debug", suggestions: VIAS }),
    ssh: text("COMMAND", "the ssh command; {node} and {address} stand for the node's name and InternalIP", {
      otherwise: "ssh -o BatchMode=yes -o ConnectTimeout=10 {node}",
      example: "'ssh root@{address}'",
    }),
    namespace: text("NAME,..", "take objects of these namespaces only", {
      short: "n",
      otherwise: "all",
      example: "shop",
      names: "namespace",
    }),
    "pod-namespace": text("NAME", "where debug pods are made and pods are entered", { default: "kube-system" }),
    image: text("IMAGE", "image of the debug pods", { default: DEFAULT_IMAGE }),
    timeout: text("SECONDS", "what one request, or one node, may take", { default: "60" }),
    parallel: text("COUNT", "nodes at a time", { default: "5" }),
    "with-env": flag("keep environments and arguments of containers"),
    cluster: flag("take the cluster's objects, too", { isOn: true }),
    "node-script": flag("print only the part that runs on a node"),
    out: text("PATH", "file for the script", { group: "output", otherwise: "stdout" }),
  },
  examples: [
    ["$0 collect > collect.sh; sh collect.sh", "writes svcrules-bundle.tar.gz, with debug pods on all nodes"],
    ["$0 collect --nodes worker-1 --via ssh --ssh 'ssh root@{address}' > collect.sh", "one node, over ssh"],
    ["$0 diff svcrules-bundle.tar.gz", "compares every node of the bundle"],
  ],
});
