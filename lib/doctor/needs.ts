/** What a check cannot do without, and how its absence is said. */
import type { Check, DoctorContext, Need, NodeCapture } from "./types.js";

const hasCapture =
  (...kinds: readonly NodeCapture["kind"][]) =>
  ({ captures }: DoctorContext): boolean =>
    captures.some(({ kind }) => kinds.includes(kind));

const NEEDS: Readonly<Record<Need, { readonly isMet: (context: DoctorContext) => boolean; readonly missing: string }>> =
  {
    services: { isMet: ({ cluster }) => cluster.services.length > 0, missing: "the input holds no Services" },
    "pods or workloads": {
      isMet: ({ cluster }) => cluster.pods.length + cluster.workloads.length > 0,
      missing: "the input holds no pods and no workloads",
    },
    "running pods": {
      isMet: ({ podNamespaces }) => podNamespaces.size > 0,
      missing: "the input holds no pods with their status",
    },
    workloads: { isMet: ({ cluster }) => cluster.workloads.length > 0, missing: "the input holds no workloads" },
    nodes: { isMet: ({ cluster }) => cluster.nodes.length > 0, missing: "the input holds no Nodes" },
    EndpointSlices: {
      isMet: ({ cluster }) => cluster.endpointSlices.length > 0,
      missing: "the input holds no EndpointSlices",
    },
    Endpoints: {
      isMet: ({ cluster }) => cluster.endpoints.length > 0,
      missing: "the input holds no Endpoints objects",
    },
    NetworkPolicies: {
      isMet: ({ cluster }) => cluster.networkPolicies.length + cluster.adminPolicies.length > 0,
      missing: "the input holds no NetworkPolicies",
    },
    configuration: {
      isMet: ({ configGiven }) => configGiven,
      missing: "the input holds no configuration of kube-proxy",
    },
    iptables: { isMet: hasCapture("iptables"), missing: "iptables-save of a node was not given (--on FILE)" },
    nftables: { isMet: hasCapture("nftables"), missing: "nft list ruleset of a node was not given (--on FILE)" },
    "iptables or IPVS": {
      isMet: hasCapture("iptables", "ipvs"),
      missing: "iptables-save of a node was not given (--on FILE)",
    },
    conntrack: { isMet: hasCapture("conntrack"), missing: "conntrack -L of a node was not given (--on FILE)" },
    sysctl: { isMet: hasCapture("sysctl"), missing: "sysctl -a of a node was not given (--on FILE)" },
  };

/** Every sentence on a missing need. */
export const MISSING: ReadonlySet<string> = new Set(Object.values(NEEDS).map(({ missing }) => missing));

/** The first thing the check needs and the input lacks, as a sentence; undefined when it can run. */
export function findMissingNeed({ needs }: Check, context: DoctorContext): string | undefined {
  const missing = needs.find((need) => !NEEDS[need].isMet(context));
  return missing && NEEDS[missing].missing;
}
