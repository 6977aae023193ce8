import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import type { Rule } from "../../rulesets/iptables/types.js";
import { ruleEvidence, rulesOf, tablesOf, tableText } from "../captured-rules.js";
import { keyOf, listText } from "../describe.js";
import type { Check, DoctorContext, Evidence } from "../types.js";

const HOST_PORTS = "CNI-HOSTPORT-DNAT";

/** Where a built-in chain jumps to a chain first. */
function jumpTo(table: CapturedTable, from: string, to: string): { index: number; evidence: Evidence } | undefined {
  const chain = table.chains.get(from);
  const index = chain?.texts.findIndex((text) => new RegExp(`\\s-[jg] ${to}(?:\\s|$)`).test(text)) ?? -1;
  return chain && index >= 0
    ? { index, evidence: ruleEvidence(table, chain.texts[index]!, chain.lines[index]!) }
    : undefined;
}

function portsOf({ clauses }: Rule): string[] {
  const protocol = clauses.find(({ kind }) => kind === "protocol");
  const name = protocol?.kind === "protocol" ? protocol.protocol.toUpperCase() : "TCP";
  return clauses.flatMap((clause) => {
    if (clause.kind === "multiport" && clause.side !== "source")
      return clause.ports.split(",").map((p) => `${name} ${p}`);
    if (clause.kind === "transport" && clause.destinationPort) return [`${name} ${clause.destinationPort.ports}`];
    return [];
  });
}

/** "TCP 443" of every host port the plugin sends on, in the order of the rules. */
function hostPortsOf(table: CapturedTable): string[] {
  const chain = table.chains.get(HOST_PORTS);
  if (!chain) return [];
  return [...new Set(rulesOf(table, chain).flatMap(({ rule }) => (rule ? portsOf(rule) : [])))];
}

/** Mode ipvs makes every cluster IP an address of the node itself, so that rules for the node's addresses take them. */
function isIPVS(table: CapturedTable, { captures, config }: DoctorContext): boolean {
  if (captures.some((capture) => capture.kind === "ipvs" && capture.virtualServers.length > 0)) return true;
  const services = table.chains.get("KUBE-SERVICES")?.texts.some((text) => text.includes("KUBE-CLUSTER-IP"));
  return services ?? config.mode === "ipvs";
}

/** Services that have one of the ports. */
function servicesOn(ports: readonly string[], { cluster }: DoctorContext): string[] {
  const wanted = new Set(ports);
  return cluster.services
    .filter(
      ({ spec }) =>
        spec.clusterIP !== "None" &&
        spec.ports?.some(({ port, protocol = "TCP" }) => wanted.has(`${protocol} ${port}`)),
    )
    .map((service) => `Service ${keyOf(service)}`);
}

export const hostPortsBeforeServices: Check = {
  id: "host-ports-before-services",
  title: "Host ports that are met before Services",
  severity: "error",
  why: "a pod with a host port then takes the connections to that port of every address that the node counts as its own: in mode ipvs all cluster IPs, else external and load-balancer IPs bound on the node",
  needs: ["iptables"],
  scope: "capture",
  *run(capture, context) {
    for (const table of tablesOf(capture, "nat")) {
      const ports = hostPortsOf(table);
      if (ports.length === 0) continue;
      for (const from of ["PREROUTING", "OUTPUT"]) {
        const [first, second] = [jumpTo(table, from, HOST_PORTS), jumpTo(table, from, "KUBE-SERVICES")];
        if (!first || !second || first.index > second.index) continue;
        const ipvs = isIPVS(table, context);
        // Without the condition on local addresses every address is meant, in any mode.
        const all = ipvs || !first.evidence.text.includes("--dst-type LOCAL");
        const services = all ? servicesOn(ports, context) : [];
        yield {
          cause: table.family,
          detail: `${table.family} ${from}`,
          severity: all ? "error" : "warning",
          message: `in ${from} of ${tableText(table)} ${HOST_PORTS} stands before KUBE-SERVICES: the ${ports.length === 1 ? "pod" : "pods"} with host ${ports.length === 1 ? "port" : "ports"} ${listText(ports)} ${ports.length === 1 ? "takes" : "take"} ${
            all
              ? `${ports.length === 1 ? "that port" : "those ports"} of every cluster IP${services.length > 0 ? ` (${listText(services, 3)})` : ""}`
              : "connections to external IPs and node ports of the same number"
          }`,
          evidence: [first.evidence, second.evidence],
          change: `put KUBE-SERVICES first again (restart kube-proxy; or iptables -t nat -D ${from} ${first.index + 1} and append the same rule), and see what inserts ${HOST_PORTS} at the top`,
        };
      }
    }
  },
};
