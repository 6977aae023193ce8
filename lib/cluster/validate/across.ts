/** What no two Services may share, and what they had better not share. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { DiagnosticCode } from "../../diagnostics/codes.js";
import type { Service } from "../../kube/types.js";
import { canonicalIP } from "../../net/ip.js";
import { quoted } from "../../util/quoted.js";
import type { FieldPath } from "../../source/origin.js";

interface Claim {
  readonly service: Service;
  readonly path: FieldPath;
  /** As users call it: "nodePort", "healthCheckNodePort", ... */
  readonly what: string;
}

interface Clash {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** What is claimed, in words. */
  readonly words: (key: string) => string;
  readonly notes: readonly string[];
}

const NODE_PORT: Clash = {
  code: "node-port-collision",
  severity: "error",
  words: (port) => `node port ${port}`,
  notes: [
    "the API server would refuse the second Service: node ports are allocated once for the whole cluster, whatever the protocol",
    "give one of them another port, or leave it out",
  ],
};
const CLUSTER_IP: Clash = {
  code: "cluster-ip-collision",
  severity: "error",
  words: (ip) => `cluster IP ${ip}`,
  notes: ["the API server would refuse the second Service", "give one of them another cluster IP, or leave it out"],
};
const EXTERNAL: Clash = {
  code: "external-address-collision",
  severity: "warning",
  words: (address) => address,
  notes: [
    "the API server takes both; kube-proxy's rules for one of them are never reached, and which one is left to chance",
  ],
};

const HELD_NOTES: readonly string[] = [
  "the cluster holds both, or the input mixes two clusters; one of them is never reached, and which one is left to chance",
];

/**
 * Services that claim one node port, health-check port or cluster IP (errors: the API server allocates each once; warnings
 * where a cluster gave out both), or
 * one external or load-balancer address, port and protocol (warnings: nobody checks). Every claimant is reported where it
 * stands and names another one.
 */
export function findCollisions(services: readonly Service[]): Diagnostic[] {
  const nodePorts = new Map<number, Claim[]>();
  const clusterIPs = new Map<string, Claim[]>();
  const external = new Map<string, Claim[]>();
  if (!allDiffer(services))
    for (const service of services) {
      if (service.spec.type === "ExternalName") continue;
      claimNodePorts(nodePorts, service);
      claimClusterIPs(clusterIPs, service);
      claimExternal(external, service);
    }
  const diagnostics: Diagnostic[] = [];
  for (const [port, claims] of nodePorts) addClash(diagnostics, NODE_PORT, String(port), claims);
  for (const [ip, claims] of clusterIPs) addClash(diagnostics, CLUSTER_IP, ip, claims);
  for (const [address, claims] of external) addClash(diagnostics, EXTERNAL, address, claims);
  return diagnostics;
}

/**
 * Fast accept for Services whose node ports and cluster IPs are all different, and none of which has another address: most
 * of every cluster's. False means: run the full check. Loops by index: each runs once, before V8 has compiled it.
 */
function allDiffer(services: readonly Service[]): boolean {
  const ports = new Set<number>();
  const ips = new Set<string>();
  let portCount = 0;
  let ipCount = 0;
  for (let i = 0; i < services.length; i++) {
    const { spec, status } = services[i]!;
    if (spec.type === "ExternalName") continue;
    if (spec.externalIPs?.length || status?.loadBalancer?.ingress?.length) return false;
    const given = spec.ports;
    for (let k = 0; given && k < given.length; k++) {
      const { nodePort } = given[k]!;
      if (!nodePort) continue;
      ports.add(nodePort);
      portCount++;
    }
    if (spec.healthCheckNodePort) {
      ports.add(spec.healthCheckNodePort);
      portCount++;
    }
    const count = spec.clusterIPs?.length || 1;
    for (let k = 0; k < count; k++) {
      const ip = spec.clusterIPs?.[k] ?? spec.clusterIP;
      if (!ip || ip === "None") continue;
      if (canonicalIP(ip) !== ip) return false;
      ips.add(ip);
      ipCount++;
    }
  }
  return ports.size === portCount && ips.size === ipCount;
}

function add<K>(claims: Map<K, Claim[]>, key: K, claim: Claim): void {
  const list = claims.get(key);
  if (!list) claims.set(key, [claim]);
  else list.push(claim);
}

/** One claim for each node port of a Service: protocols of one port number share it. */
function claimNodePorts(claims: Map<number, Claim[]>, service: Service): void {
  const { ports, healthCheckNodePort } = service.spec;
  ports?.forEach(({ nodePort }, i) => {
    if (!nodePort || claims.get(nodePort)?.at(-1)?.service === service) return;
    add(claims, nodePort, { service, path: ["spec", "ports", i, "nodePort"], what: "nodePort" });
  });
  if (healthCheckNodePort)
    add(claims, healthCheckNodePort, { service, path: ["spec", "healthCheckNodePort"], what: "healthCheckNodePort" });
}

function claimClusterIPs(claims: Map<string, Claim[]>, service: Service): void {
  const { clusterIP, clusterIPs } = service.spec;
  const claim = (ip: string, path: FieldPath) => {
    if (ip !== "" && ip !== "None") add(claims, canonicalIP(ip) ?? ip, { service, path, what: "cluster IP" });
  };
  if (clusterIPs && clusterIPs.length > 0) clusterIPs.forEach((ip, i) => claim(ip, ["spec", "clusterIPs", i]));
  else if (clusterIP) claim(clusterIP, ["spec", "clusterIP"]);
}

function claimExternal(claims: Map<string, Claim[]>, service: Service): void {
  const { externalIPs, ports } = service.spec;
  const ingress = service.status?.loadBalancer?.ingress;
  if (!externalIPs?.length && !ingress?.length) return;
  const seen = new Set<string>();
  const claim = (ip: string | undefined, path: FieldPath, what: string) => {
    if (!ip) return;
    for (const port of ports ?? []) {
      const key = `address ${canonicalIP(ip) ?? ip} port ${port.port}/${port.protocol ?? "TCP"}`;
      if (seen.has(key)) continue;
      seen.add(key);
      add(claims, key, { service, path, what });
    }
  };
  externalIPs?.forEach((ip, i) => claim(ip, ["spec", "externalIPs", i], "external IP"));
  ingress?.forEach(({ ip, ipMode }, i) => {
    if (ipMode !== "Proxy") claim(ip, ["status", "loadBalancer", "ingress", i, "ip"], "load-balancer IP");
  });
}

function addClash(diagnostics: Diagnostic[], clash: Clash, key: string, claims: readonly Claim[]): void {
  if (claims.length < 2) return;
  claims.forEach((claim, i) => {
    const other = claims[i === 0 ? 1 : 0]!;
    const held = isHeld(claim.service) && isHeld(other.service);
    diagnostics.push({
      code: clash.code,
      severity: held ? "warning" : clash.severity,
      message: `${clash.words(key)} of Service ${nameOf(claim)} is also claimed by ${otherWords(claim, other)}`,
      at: claim.service.origin && { origin: claim.service.origin, path: claim.path },
      notes: held && clash.severity === "error" ? HELD_NOTES : clash.notes,
    });
  });
}

/** Whether a cluster gave the Service out, so that its API server took it beside the other. */
function isHeld({ metadata: { uid, resourceVersion } }: Service): boolean {
  return uid !== undefined || resourceVersion !== undefined;
}

function nameOf({ service }: Claim): string {
  return `${service.metadata.namespace ?? "default"}/${service.metadata.name}`;
}

function otherWords(claim: Claim, other: Claim): string {
  const what = other.what === claim.what ? "" : ` as ${other.what}`;
  if (other.service === claim.service) return `its own ${other.what}`;
  const file = other.service.origin?.source.name;
  const where = file !== undefined && file !== claim.service.origin?.source.name ? ` in ${quoted(file)}` : "";
  return `Service ${nameOf(other)}${what}${where}`;
}
