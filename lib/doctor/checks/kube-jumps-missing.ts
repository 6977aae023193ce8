import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { holdsServices, reachableFrom, tablesOf, tableText } from "../captured-rules.js";
import { evidence } from "../describe.js";
import type { Check, CheckResult, DoctorContext } from "../types.js";

/** Built-in chains and the kube-proxy chains that packets there must come to, in mode iptables. */
const JUMPS: readonly (readonly [table: "nat" | "filter", from: string, to: string])[] = [
  ["nat", "PREROUTING", "KUBE-SERVICES"],
  ["nat", "OUTPUT", "KUBE-SERVICES"],
  ["nat", "POSTROUTING", "KUBE-POSTROUTING"],
  ["filter", "FORWARD", "KUBE-FORWARD"],
];

/** Host ports of the CNI portmap plugin: its chains are there and nothing leads to them. */
function* hostPorts(table: CapturedTable, { cluster, nodeName }: DoctorContext): Generator<CheckResult> {
  if (table.name !== "nat" || ![...table.chains.keys()].some((name) => name.startsWith("CNI-DN-"))) return;
  if (reachableFrom(table, "PREROUTING").has("CNI-HOSTPORT-DNAT")) return;
  const pod = cluster.pods.find(
    ({ spec }) =>
      !spec.hostNetwork &&
      (!nodeName || spec.nodeName === nodeName) &&
      spec.containers?.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)),
  );
  if (!pod) return;
  yield {
    detail: `${table.family} CNI-HOSTPORT-DNAT`,
    message: `nothing leads from PREROUTING to CNI-HOSTPORT-DNAT, so host ports of pods do not work`,
    evidence: [
      { text: tableText(table), at: { file: table.file, line: table.startLine } },
      evidence(`Pod ${pod.metadata.name} has a hostPort`, pod, ["spec", "containers"]),
    ],
    change: "restart the pods with host ports, so that the plugin makes its chains again, and stop what flushes them",
  };
}

export const kubeJumpsMissing: Check = {
  id: "kube-jumps-missing",
  title: "kube-proxy's chains that nothing leads to",
  severity: "error",
  why: "a firewall service has flushed the built-in chains: kube-proxy's rules are all there and no packet meets them",
  covers: [15],
  needs: ["iptables"],
  scope: "capture",
  *run(capture, context) {
    for (const table of tablesOf(capture)) {
      if (!table.complete) {
        yield { notEnoughInput: `${tableText(table)} breaks off in the capture` };
        continue;
      }
      if (table.name === "nat" && !holdsServices(table)) continue;
      for (const [name, from, to] of JUMPS) {
        if (table.name !== name || !table.chains.has(to) || !table.chains.has(from)) continue;
        // An empty chain of another mode or of a cleaned-up node needs no jump.
        if ((table.chains.get(to)?.texts.length ?? 0) === 0 || reachableFrom(table, from).has(to)) continue;
        yield {
          detail: `${table.family} ${name} ${from}`,
          message: `nothing leads from ${from} to ${to} in ${tableText(table)}`,
          evidence: [
            {
              text: `chain ${to} has ${table.chains.get(to)!.texts.length} rules`,
              at: { file: table.file, line: table.chains.get(to)!.lines[0] ?? table.startLine },
            },
          ],
          change:
            "restart kube-proxy, which puts the jumps back, and keep firewalld, ufw or a docker restart from flushing them",
        };
      }
      yield* hostPorts(table, context);
    }
  },
};
