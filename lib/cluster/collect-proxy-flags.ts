/** kube-proxy's configuration when there is no document of it. */
import type { KubeProxyConfiguration } from "../kube/types.js";
import type { ClusterFacts } from "./types.js";

type Kind = "text" | "boolean" | "number" | "list";

/** Flags that change rules, and the fields they stand for. Source: kube-proxy cmd/kube-proxy/app/options.go. */
const FIELDS: Readonly<Record<string, readonly [path: readonly string[], kind: Kind]>> = {
  "proxy-mode": [["mode"], "text"],
  "bind-address": [["bindAddress"], "text"],
  "hostname-override": [["hostnameOverride"], "text"],
  "cluster-cidr": [["clusterCIDR"], "text"],
  "detect-local-mode": [["detectLocalMode"], "text"],
  "pod-bridge-interface": [["detectLocal", "bridgeInterface"], "text"],
  "pod-interface-name-prefix": [["detectLocal", "interfaceNamePrefix"], "text"],
  "nodeport-addresses": [["nodePortAddresses"], "list"],
  "iptables-masquerade-bit": [["iptables", "masqueradeBit"], "number"],
  "iptables-localhost-nodeports": [["iptables", "localhostNodePorts"], "boolean"],
  "masquerade-all": [["iptables", "masqueradeAll"], "boolean"],
  "ipvs-scheduler": [["ipvs", "scheduler"], "text"],
  "ipvs-exclude-cidrs": [["ipvs", "excludeCIDRs"], "list"],
  "ipvs-strict-arp": [["ipvs", "strictARP"], "boolean"],
  "ipvs-tcp-timeout": [["ipvs", "tcpTimeout"], "text"],
  "ipvs-tcpfin-timeout": [["ipvs", "tcpFinTimeout"], "text"],
  "ipvs-udp-timeout": [["ipvs", "udpTimeout"], "text"],
  "conntrack-tcp-be-liberal": [["conntrack", "tcpBeLiberal"], "boolean"],
};

export interface InferredConfiguration {
  readonly configuration: KubeProxyConfiguration;
  /** What it comes from, for a note. */
  readonly from: string;
}

/**
 * What flags, a log or rules captured on a node tell, in this order; undefined when nothing does.
 * Of a file that is not in the input the mode is known by its log, and its clusterCIDR is taken to be the pod range, as
 * kubeadm fills it in.
 */
export function inferProxyConfiguration(facts: ClusterFacts): InferredConfiguration | undefined {
  const { kubeProxyFlags: flags, kubeProxyMode: mode, podRange } = facts;
  const hasFile = flags !== undefined && Object.hasOwn(flags, "config");
  if (flags && !hasFile) {
    const fields = fieldsOfFlags(flags);
    if (fields.size > 0) return { configuration: configurationOf(fields), from: "the flags of kube-proxy's container" };
  }
  const fields = new Map<string, unknown>();
  const from: string[] = [];
  if (mode) {
    fields.set("mode", mode.mode);
    from.push(mode.from === "log" ? "kube-proxy's log" : `the rules captured in ${mode.source.name}`);
  }
  if (hasFile && podRange !== undefined) {
    fields.set("clusterCIDR", podRange);
    from.push("the pod range of the control plane");
  }
  return fields.size > 0 ? { configuration: configurationOf(fields), from: from.join(" and ") } : undefined;
}

function configurationOf(fields: ReadonlyMap<string, unknown>): KubeProxyConfiguration {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    ...Object.fromEntries(fields),
  };
}

function fieldsOfFlags(flags: Readonly<Record<string, string>>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  const set = ([first, second]: readonly string[], value: unknown) => {
    if (second === undefined) fields.set(first!, value);
    else fields.set(first!, { ...(fields.get(first!) as object | undefined), [second]: value });
  };
  for (const [flag, [path, kind]] of Object.entries(FIELDS))
    if (Object.hasOwn(flags, flag)) set(path, valueOf(flags[flag]!, kind));
  const gates = flags["feature-gates"];
  if (gates !== undefined) fields.set("featureGates", gatesOf(gates));
  // Mode nftables has the two masquerading fields of its own; the flags set both.
  const iptables = fields.get("iptables") as { masqueradeBit?: unknown; masqueradeAll?: unknown } | undefined;
  if (iptables?.masqueradeBit !== undefined) set(["nftables", "masqueradeBit"], iptables.masqueradeBit);
  if (iptables?.masqueradeAll !== undefined) set(["nftables", "masqueradeAll"], iptables.masqueradeAll);
  return fields;
}

function valueOf(text: string, kind: Kind): unknown {
  switch (kind) {
    case "text":
      return text;
    case "boolean":
      return text === "true" || text === "1";
    case "number":
      return Number(text);
    case "list":
      return text.split(",").filter((part) => part !== "");
  }
}

function gatesOf(text: string): Record<string, boolean> {
  return Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const [name, value] = pair.split("=");
      return name && value !== undefined ? [[name.trim(), value.trim() === "true"]] : [];
    }),
  );
}
