/** What tells whether parts of nftables rule sets are kept, whether they were printed as text or as JSON. */
import { canonicalIP } from "../net/ip.js";
import { KUBE_PROXY_TABLE } from "../rulesets/nftables/capture.js";
import type { Reach } from "./reach.js";
import type { RuleGraph } from "./rule-graph.js";
import { isOfOnePort } from "./rule-graph.js";

/** Sets of kube-proxy whose elements are about single Services. */
const OF_SERVICES: ReadonlySet<string> = new Set([
  ...["cluster-ips", "hairpin-connections", "service-ips", "service-nodeports"],
  ...["no-endpoint-services", "no-endpoint-nodeports", "firewall-ips"],
]);
/** The Service in the name of a chain or of a set of clients. */
const OWNER = /^[a-z]+-[A-Z2-7]{8}-([^/]+\/[^/]+)\//;

/** Whether elements of the set are looked at one by one. */
export function hasElementsOfServices(table: string, set: string): boolean {
  return table === KUBE_PROXY_TABLE && OF_SERVICES.has(set);
}

/** Whether all rules of a chain are kept: those of the cluster's ServiceCIDRs are about no Service, and expected on every node. */
export function isOfCluster(table: string, chain: string): boolean {
  return table === KUBE_PROXY_TABLE && chain === "cluster-ips-check";
}

/** Whether a set or map as a whole is kept: one of a single Service's clients goes with the Service. */
export function keepsSet(table: string, set: string, { reach, graph }: NftPlace): boolean {
  if (table !== KUBE_PROXY_TABLE) return true;
  const owner = OWNER.exec(set)?.[1];
  return owner === undefined || reach.names.has(owner) || graph.keeps(set) || keepsOwner(set, graph);
}

/** Clients of an endpoint have a set named as its chain is. */
function keepsOwner(set: string, graph: RuleGraph): boolean {
  return graph.keeps(set.replace(/^affinity-/, "endpoint-"));
}

export interface NftPlace {
  readonly reach: Reach;
  readonly graph: RuleGraph;
}

/** An element: its key in parts ("10.96.0.1", "tcp", "80"), the chain it leads to, and its comment. */
export interface Element {
  readonly key: readonly string[];
  readonly target?: string | undefined;
  readonly comment?: string | undefined;
}

/** Whether packets of the Services can meet the element. */
export function isElementMet({ key, target, comment }: Element, reach: Reach): boolean {
  if (target !== undefined && isOfOnePort(target) && reach.isNamedIn(target)) return true;
  if (comment !== undefined && reach.isNamedIn(comment)) return true;
  const [address, again] = key.flatMap((part) => canonicalIP(part) ?? []);
  const port = Number(key.at(-1));
  // An endpoint that reaches itself.
  if (address !== undefined && again !== undefined) return reach.goesOnTo(address, port, key.at(-2)!);
  if (address !== undefined) return reach.frontends.has(address) || reach.backends.has(address);
  return Number.isNaN(port) || reach.nodePorts.has(port);
}

/** Of an element that names one of the Services. */
export function learnElement({ key, target, comment }: Element, reach: Reach): void {
  if ((target !== undefined && reach.isNamedIn(target)) || (comment !== undefined && reach.isNamedIn(comment)))
    reach.learnFrontend(key.length > 2 ? key[0] : undefined, key.at(-1));
}

/** What a rule asks of a packet's destination. */
export interface NftMatch {
  readonly destinations?: readonly string[] | undefined;
  readonly ports?: readonly string[] | undefined;
}

/** Whether packets of the Services can meet the rule. */
export function isRuleMet({ destinations, ports }: NftMatch, reach: Reach): boolean {
  return (
    (destinations?.some((network) => reach.mayGoTo(network)) ?? true) &&
    (ports?.some((port) => reach.mayHavePort(port)) ?? true)
  );
}
