/** Headings and counts that the forms of an impact report share. */
import { IMPACT_KINDS, type ImpactFrontend, type ImpactKind, type ImpactReport } from "../results/impact-report.js";

export const IMPACT_TITLES: Readonly<Record<ImpactKind, string>> = {
  lost: "Lost",
  exposed: "Exposed",
  policy: "Policy",
  names: "Names",
  identity: "Identity",
  moved: "Moved",
  refusal: "Refused otherwise",
};

export const IMPACT_MEANINGS: Readonly<Record<ImpactKind, string>> = {
  lost: "clients that reached an endpoint before and do not after",
  exposed: "clients that reach an endpoint after and did not before",
  policy: "connections that NetworkPolicies newly block or admit",
  names: "DNS names of Services that go, come or resolve otherwise",
  identity: "client addresses or session affinity that are kept, or not kept, any more",
  moved: "connections that go to other endpoints, or in other shares",
  refusal: "packets that reach no endpoint on either side, but are answered otherwise",
};

/** "2 lost, 1 exposed; 40 of 43 frontends unchanged, 1 place beside them changed". */
export function summaryWords({ summary }: ImpactReport): string {
  const kinds = IMPACT_KINDS.filter((kind) => summary.kinds[kind] > 0).map(
    (kind) => `${summary.kinds[kind]} ${kind === "refusal" ? "refused otherwise" : kind}`,
  );
  const undecided = summary.undecided > 0 ? [`${summary.undecided} undecided`] : [];
  const rest = `${summary.unchanged} of ${summary.frontends} frontends unchanged`;
  const beside = summary.changedBeside > 0 ? `, ${counted(summary.changedBeside, "place")} beside them changed` : "";
  return [[...kinds, ...undecided].join(", "), rest + beside].filter((part) => part !== "").join("; ");
}

export function sideWords({ name, services, nodes, endpoints, mode, kubeVersion }: ImpactReport["before"]): string {
  return `${name} (${counted(services, "Service")}, ${counted(nodes, "node")}, ${counted(endpoints, "endpoint")}; mode ${mode}, Kubernetes ${kubeVersion})`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Sentences on what kube-proxy has to do: nodes, lines of rules, the mode for large clusters. */
export function workWords({ nodes, rules, total, largeCluster }: ImpactReport): string[] {
  const lines: string[] = [];
  const named = (names: readonly string[]) =>
    names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
  if (nodes.removed.length > 0) lines.push(`${counted(nodes.removed.length, "node")} gone: ${named(nodes.removed)}`);
  if (nodes.added.length > 0) lines.push(`${counted(nodes.added.length, "node")} new: ${named(nodes.added)}`);
  for (const { nodes: where, gained, lost } of rules.slice(0, 3)) {
    const on = where.all ? "every node" : named(where.names);
    lines.push(`${on}: ${counted(gained, "line")} of rules gained, ${lost} lost`);
  }
  if (rules.length > 3) lines.push(`${rules.length - 3} more groups of nodes with other sums`);
  if (total.before !== total.after || rules.length > 0)
    lines.push(
      `lines of rules in total${total.node === "" ? "" : ` on ${total.node}`}: ${total.before} before, ${total.after} after`,
    );
  if (largeCluster.before !== largeCluster.after)
    lines.push(
      largeCluster.after
        ? "more than 1000 endpoints: kube-proxy goes over to its mode for large clusters (no comments, rules removed late)"
        : "1000 endpoints or fewer: kube-proxy leaves its mode for large clusters",
    );
  return lines;
}

/** Each frontend once. */
export function frontendLines(frontends: readonly ImpactFrontend[]): string[] {
  return [
    ...new Set(
      frontends.map(
        ({ servicePort, protocol, family, frontend }) =>
          `${servicePort} ${protocol}${family === "IPv6" ? " IPv6" : ""}: ${frontend}`,
      ),
    ),
  ];
}
