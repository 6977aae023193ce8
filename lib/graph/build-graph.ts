/** The paths of packets to one service port. */
import type { ServicePortWithEndpoints } from "../backends/input.js";
import { selectRealServers } from "../backends/ipvs/real-servers.js";
import type { Endpoint } from "../endpoints/types.js";
import { joinHostPort } from "../net/ip.js";
import type { ServicePort } from "../services/types.js";
import type { Features } from "../config/features.js";
import type { ProxyConfig, ProxyMode } from "../config/proxy-config.js";
import { chainNamesOf } from "./chains-of-mode.js";
import type { GraphEdge, GraphNode, PathGraph } from "./types.js";

/** What decides the names and stations of a path. */
export interface GraphSituation {
  readonly mode: ProxyMode;
  readonly features: Features;
  readonly config: ProxyConfig;
}

class GraphBuilder {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges: GraphEdge[] = [];

  node(kind: GraphNode["kind"], label: string, detail?: string): string {
    const id = `${kind} ${label}`;
    if (!this.nodes.has(id)) this.nodes.set(id, { id, kind, label, ...(detail && { detail }) });
    return id;
  }

  edge(from: string, to: string, label?: string, share?: number): void {
    this.edges.push({ from, to, ...(label && { label }), ...(share !== undefined && { share }) });
  }
}

/** Frontends of the port other than its cluster IP, in the order their rules have. */
function externalFrontends(port: ServicePort): { label: string; detail: string; balancer: boolean }[] {
  return [
    ...port.externalIPs.map((ip) => ({ label: joinHostPort(ip, port.port), detail: "external IP", balancer: false })),
    ...port.loadBalancerVIPs.map((ip) => ({
      label: joinHostPort(ip, port.port),
      detail: "load-balancer IP",
      balancer: true,
    })),
    ...(port.nodePort === 0
      ? []
      : [{ label: `node addresses:${port.nodePort}`, detail: "node port", balancer: false }]),
  ];
}

/** The graph of a service port as its mode programs it. Says the same as the rules; rules are not read for it. */
export function buildPathGraph(servicePort: ServicePortWithEndpoints, situation: GraphSituation): PathGraph {
  const { port } = servicePort;
  const builder = new GraphBuilder();
  if (situation.mode === "ipvs") addVirtualServers(builder, servicePort, situation);
  else addChains(builder, servicePort, situation, situation.mode);
  if (port.healthCheckNodePort !== 0) {
    const from = builder.node("frontend", `node addresses:${port.healthCheckNodePort}`, "health-check port");
    builder.edge(from, builder.node("verdict", "kube-proxy's own health server"));
  }
  return {
    service: `${port.namespace}/${port.service}`,
    port: port.portName,
    protocol: port.protocol,
    nodes: [...builder.nodes.values()],
    edges: builder.edges,
  };
}

function addChains(
  builder: GraphBuilder,
  { port, endpoints }: ServicePortWithEndpoints,
  { features }: GraphSituation,
  mode: "iptables" | "nftables",
): void {
  const names = chainNamesOf(mode, port, !features.nftHairpinSet);
  const refusalOf = (policyLocal: boolean): string | undefined => {
    if (!endpoints.hasAny) return builder.node("verdict", "rejected: no endpoints");
    return policyLocal && endpoints.local.length === 0
      ? builder.node("verdict", "dropped: no local endpoints")
      : undefined;
  };
  const spread = (chain: string, list: readonly Endpoint[]): string => {
    const known = builder.nodes.has(`chain ${chain}`);
    const from = builder.node("chain", chain, affinityWords(port));
    if (!known)
      for (const endpoint of list)
        builder.edge(from, endpointNode(builder, endpoint, names.endpoint(endpoint)), undefined, 1 / list.length);
    return from;
  };
  const policyChain = (local: boolean) =>
    local ? spread(names.local, endpoints.local) : spread(names.cluster, endpoints.cluster);

  const internal = builder.node("frontend", joinHostPort(port.clusterIP, port.port), "cluster IP");
  builder.edge(internal, refusalOf(port.internalPolicyLocal) ?? policyChain(port.internalPolicyLocal));

  const frontends = externalFrontends(port);
  if (frontends.length === 0) return;
  const refusal = refusalOf(port.externalPolicyLocal);
  if (!endpoints.hasAny) {
    for (const { label, detail } of frontends) builder.edge(builder.node("frontend", label, detail), refusal!);
    return;
  }
  const external = builder.node("chain", names.external);
  for (const { label, detail, balancer } of frontends) {
    const from = builder.node("frontend", label, detail);
    if (!balancer || port.sourceRanges.length === 0) builder.edge(from, external);
    else {
      const firewall = builder.node("chain", names.firewall);
      builder.edge(from, firewall);
      builder.edge(firewall, external, `from ${port.sourceRanges.map((range) => range.text).join(", ")}`);
      builder.edge(firewall, builder.node("verdict", "dropped: source not allowed"), "from elsewhere");
    }
  }
  if (!port.externalPolicyLocal) builder.edge(external, policyChain(false), "masqueraded");
  else {
    if (endpoints.cluster.length > 0) builder.edge(external, policyChain(false), "from pods and the node itself");
    builder.edge(external, refusal ?? policyChain(true), "from elsewhere");
  }
}

function addVirtualServers(
  builder: GraphBuilder,
  servicePort: ServicePortWithEndpoints,
  { config }: GraphSituation,
): void {
  const { port } = servicePort;
  const { internal, external } = selectRealServers(servicePort);
  const scheduler = config.ipvs.scheduler || "rr";
  const serve = (label: string, detail: string, servers: typeof internal) => {
    const from = builder.node("frontend", label, detail);
    const server = builder.node(
      "chain",
      `virtual server ${label}`,
      [scheduler, affinityWords(port)].filter(Boolean).join(", "),
    );
    builder.edge(from, server);
    if (servers.length === 0) builder.edge(server, builder.node("verdict", "no real server: connections fail"));
    for (const { address, port: number } of servers)
      builder.edge(server, builder.node("endpoint", joinHostPort(address, number)), undefined, 1 / servers.length);
  };
  serve(joinHostPort(port.clusterIP, port.port), "cluster IP", internal);
  for (const { label, detail } of externalFrontends(port)) serve(label, detail, external);
}

function endpointNode(builder: GraphBuilder, endpoint: Endpoint, chain: string | undefined): string {
  const where = endpoint.local ? "on this node" : undefined;
  return builder.node("endpoint", endpoint.target, [chain, where].filter(Boolean).join(", ") || undefined);
}

function affinityWords({ affinitySeconds }: ServicePort): string | undefined {
  return affinitySeconds === undefined ? undefined : `a client keeps its endpoint for ${affinitySeconds} s`;
}
