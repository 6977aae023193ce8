/** Which node, release, mode, configuration and family a run is about: from what was asked and what the input holds. */
import { makeNodeView } from "../cluster/node-view.js";
import type { Cluster, NodeView } from "../cluster/types.js";
import { nodeOfEndpoints } from "../cluster/node-of-endpoints.js";
import { deprecationsOf, USERSPACE_REFUSED } from "../config/deprecations.js";
import { GATES } from "../config/feature-gates.js";
import { featuresOf, type Features } from "../config/features.js";
import type { KubeVersion } from "../config/kube-version.js";
import { DEFAULT_NODE_FEATURES, type NodeFeatures, type ProxyConfig, type ProxyMode } from "../config/proxy-config.js";
import { readProxyConfig } from "../config/read-proxy-config.js";
import { setProxyConfigField } from "../config/set-field.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeProxyConfiguration, Node } from "../kube/types.js";
import { familyOfIP, type IPFamily } from "../net/ip.js";
import { nearest } from "../util/nearest.js";
import { gateWarnings } from "./settle-gates.js";
import { settleControllerVersion, settleVersion } from "./settle-version.js";

/** What the user asked for; what is left out is taken from the input. */
export interface Wishes {
  readonly mode?: ProxyMode;
  readonly kubeVersion?: string;
  readonly node?: string;
  readonly ipFamily?: "ipv4" | "ipv6";
  /** Instead of one found in the input. */
  readonly proxyConfiguration?: KubeProxyConfiguration;
  /** `--set` assignments, in order. */
  readonly set?: readonly string[];
  readonly nodeFeatures?: Partial<NodeFeatures>;
  /** Release of the EndpointSlice controller, for endpoints computed from pods; the newest when left out. */
  readonly controllerVersion?: string;
  /** Leave out Services labelled for another proxy, as a kube-proxy started as usual does. */
  readonly watchSelectors?: boolean;
  /** Of the host, when a capture tells them. */
  readonly interfaceAddresses?: readonly string[];
  /** Without Node objects, the node's zone is that of its endpoints. Needs all EndpointSlices. */
  readonly zoneOfEndpoints?: boolean;
}

export interface Situation {
  readonly mode: ProxyMode;
  readonly version: KubeVersion;
  readonly features: Features;
  /** Of the EndpointSlice controller, which may be newer than the node's kube-proxy. */
  readonly controllerFeatures: Features;
  readonly config: ProxyConfig;
  readonly node: NodeView;
  readonly family: IPFamily;
  readonly nodeFeatures: NodeFeatures;
  readonly serviceCIDRs: readonly string[];
}

export interface SituationResult {
  /** Undefined when a diagnostic is an error. */
  readonly situation: Situation | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Settles everything a backend needs beside services; each choice the user did not make is a note. */
export function settleSituation(
  cluster: Cluster,
  wishes: Omit<Wishes, "mode"> & { readonly mode?: string },
): SituationResult {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic) => void diagnostics.push(d);

  const { config, writtenMode } = settleConfig(cluster, wishes, report);
  const mode = settleMode(wishes.mode, writtenMode, report);
  const asked = wishes.node ?? (config.hostnameOverride || undefined);
  const { name, node } = settleNode(cluster, asked, report, wishes.zoneOfEndpoints);
  const from = ` of node "${name}"`;
  const version = settleVersion(wishes.kubeVersion, versionOf(cluster, name, node), from, mode, report);
  const features = featuresOf(version, config.featureGates, wishes.watchSelectors);
  const configuration = wishes.proxyConfiguration ?? cluster.proxyConfigurations[0];
  for (const warning of gateWarnings(config.featureGates, version, configuration)) report(warning);
  if (mode === "ipvs" && !features.ipvsMode) report(modeGateIsOff(configuration));
  const isModeWritten = wishes.mode !== undefined || !configuration;
  for (const note of deprecationNotes(features, mode, isModeWritten ? undefined : writtenMode, configuration))
    report(note);
  const situation: Situation = {
    mode,
    version,
    features,
    controllerFeatures: featuresOf(settleControllerVersion(wishes.controllerVersion, report)),
    config: { ...config, mode },
    node: makeNodeView(name, node, config, features, wishes.interfaceAddresses),
    family: wishes.ipFamily ? (wishes.ipFamily === "ipv6" ? "IPv6" : "IPv4") : defaultFamily(cluster),
    nodeFeatures: { ...DEFAULT_NODE_FEATURES, ...wishes.nodeFeatures },
    serviceCIDRs: cluster.serviceCIDRs.flatMap((object) => object.spec?.cidrs ?? []),
  };
  if (mode !== "nftables" && config.detectLocalMode === "ClusterCIDR" && config.clusterCIDR === "")
    report({
      code: "no-cluster-cidr",
      severity: "note",
      message: "no clusterCIDR is configured: cluster IP traffic from outside the cluster is not masqueraded",
    });
  return { situation: diagnostics.some((d) => d.severity === "error") ? undefined : situation, diagnostics };
}

type Report = (diagnostic: Diagnostic) => void;

function settleConfig(cluster: Cluster, wishes: Omit<Wishes, "mode">, report: Report) {
  const found = wishes.proxyConfiguration ?? cluster.proxyConfigurations[0];
  if (!wishes.proxyConfiguration && cluster.proxyConfigurations.length > 1)
    report({
      code: "several-proxy-configurations",
      severity: "warning",
      message: `the input holds ${cluster.proxyConfigurations.length} kube-proxy configurations; the first one is used`,
      notes: ["name the right one with --proxy-config FILE"],
    });
  let document: Readonly<Record<string, unknown>> = found ?? {};
  for (const assignment of wishes.set ?? []) {
    const result = setProxyConfigField(document, assignment);
    if (result.kind === "set") document = result.document;
    else {
      const path = assignment.split("=")[0]!;
      const near = result.known && nearest(path, result.known);
      report({
        code: "bad-set-option",
        severity: "error",
        message: result.message,
        notes: [near ? `did you mean ${near}?` : `fields: ${(result.known ?? []).join(", ") || "see --help"}`],
      });
    }
  }
  const { problems, ...read } = readProxyConfig(document);
  for (const { path, message, note } of problems)
    report({
      code: "bad-proxy-configuration",
      severity: "error",
      message,
      at: found?.origin && { origin: found.origin, path },
      notes: [note],
    });
  return read;
}

const MODES: readonly string[] = ["iptables", "ipvs", "nftables"];

function settleMode(asked: string | undefined, written: string, report: Report): ProxyMode {
  const mode = asked ?? (written || "iptables");
  if (MODES.includes(mode)) return mode as ProxyMode;
  const known: Readonly<Record<string, string>> = {
    userspace: USERSPACE_REFUSED,
    kernelspace: "mode kernelspace is kube-proxy on Windows, which programs no rules that svcrules knows",
  };
  const near = nearest(mode, MODES);
  report({
    code: "unsupported-mode",
    severity: "error",
    message: known[mode] ?? `mode "${mode}" is not one of ${MODES.join(", ")}`,
    notes: [near ? `did you mean ${near}?` : `choose one with --mode: ${MODES.join(", ")}`],
  });
  return "iptables";
}

function settleNode(
  cluster: Cluster,
  asked: string | undefined,
  report: Report,
  usesZones = false,
): { readonly name: string; readonly node: Node | undefined } {
  const { nodes } = cluster;
  if (asked !== undefined) {
    const node = nodes.find((n) => n.metadata.name === asked);
    if (!node && nodes.length > 0) {
      const names = nodes.map((n) => n.metadata.name);
      const near = nearest(asked, names);
      report({
        code: "unknown-node",
        severity: "error",
        message: `the input holds no Node "${asked}"`,
        notes: [
          calledOtherwise(nodes, asked) ?? (near ? `did you mean ${near}?` : `Nodes: ${names.slice(0, 10).join(", ")}`),
        ],
      });
    } else if (!node) {
      const byEndpoints = usesZones ? nodeOfEndpoints(cluster, asked) : undefined;
      report({
        code: "node-without-object",
        severity: "note",
        message:
          byEndpoints === undefined
            ? `the input holds no Node objects: zone, addresses and pod CIDRs of "${asked}" are not known`
            : `the input holds no Node objects: addresses and pod CIDRs of "${asked}" are not known, its zone is that of its endpoints`,
      });
      return { name: asked, node: byEndpoints };
    }
    return { name: asked, node };
  }
  const node = nodes[0];
  if (!node) {
    report({
      code: "no-node",
      severity: "note",
      message: "the input holds no Node: rules are for a node on which no endpoint is local",
      notes: ["name one with --node NAME"],
    });
    return { name: "", node: undefined };
  }
  if (nodes.length > 1)
    report({
      code: "node-chosen",
      severity: "note",
      message: `rules are for node "${node.metadata.name}", the first by name of ${nodes.length}`,
      notes: ["choose another with --node NAME"],
    });
  return { name: node.metadata.name, node };
}

/** The Node that has `asked` among its addresses, as the host's own name and its IP are, where that is one. */
function calledOtherwise(nodes: readonly Node[], asked: string): string | undefined {
  const [found, another] = nodes.filter(({ status }) => status?.addresses?.some(({ address }) => address === asked));
  return found && !another ? `did you mean ${found.metadata.name}? it has that address` : undefined;
}

/** Of the node's kube-proxy, as far as the input tells; "" when it does not. */
export function versionOf({ facts }: Cluster, nodeName: string, node: Node | undefined): string {
  const info = node?.status?.nodeInfo;
  return facts.kubeProxyVersions?.[nodeName] || info?.kubeProxyVersion || info?.kubeletVersion || "";
}

function modeGateIsOff(configuration: KubeProxyConfiguration | undefined): Diagnostic {
  const { name } = GATES.kubeProxyIPVS;
  return {
    code: "bad-proxy-configuration",
    severity: "error",
    message: `featureGates ${name} is false, so kube-proxy does not start in mode ipvs`,
    at: configuration?.origin && { origin: configuration.origin, path: ["featureGates", name] },
    notes: ["leave the gate on, or choose another mode"],
  };
}

const DEPRECATION_CODES = { "ipvs-mode": "ipvs-deprecated", "default-mode": "mode-not-set" } as const;

function deprecationNotes(
  features: Features,
  mode: ProxyMode,
  writtenMode: string | undefined,
  configuration: KubeProxyConfiguration | undefined,
): Diagnostic[] {
  return deprecationsOf(features, mode, writtenMode).flatMap(({ id, message, change }): Diagnostic[] =>
    id === "userspace-mode"
      ? []
      : [
          {
            code: DEPRECATION_CODES[id],
            severity: "note",
            message,
            at: configuration?.origin && { origin: configuration.origin, path: ["mode"] },
            notes: [change],
          },
        ],
  );
}

/** IPv4, unless every service that has a cluster IP has only IPv6 ones. */
function defaultFamily(cluster: Cluster): IPFamily {
  let seen = false;
  for (const { spec } of cluster.services) {
    for (const ip of spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])) {
      const family = familyOfIP(ip);
      if (family === "IPv4") return "IPv4";
      if (family) seen = true;
    }
  }
  return seen ? "IPv6" : "IPv4";
}
