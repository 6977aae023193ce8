/** Which Services have to be looked at together, and from which nodes. */
import { isSameContent } from "../cluster/trim/same-content.js";
import { sliceEndpoints, EndpointTable } from "../kube/endpoint-table.js";
import type { EndpointSlice, Service } from "../kube/types.js";
import { canonicalIP, type IPFamily } from "../net/ip.js";
import type { Side, Sides } from "./types.js";

/** Services by "ns/name", in order; more than one where they share an address or a port of nodes. */
export type Unit = readonly string[];

/** Every Service of either side, in units; sorted by their first name. */
export function unitsOf({ before, after }: Sides): Unit[] {
  const names = [...new Set([...before.services.keys(), ...after.services.keys()])].sort();
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    if (root !== name) parents.set(name, root);
    return root;
  };
  const owners = new Map<string, string>();
  const nodeAddresses = new Set([before, after].flatMap(addressesOfNodes));
  for (const { services } of [before, after])
    for (const [name, service] of services)
      for (const key of frontendKeys(service, nodeAddresses)) {
        const owner = owners.get(key);
        if (owner === undefined) owners.set(key, name);
        else if (owner !== name) {
          const [a, b] = [rootOf(owner), rootOf(name)];
          if (a !== b) parents.set(a < b ? b : a, a < b ? a : b);
        }
      }
  const units = new Map<string, string[]>();
  for (const name of names) {
    const root = rootOf(name);
    const unit = units.get(root);
    if (unit) unit.push(name);
    else units.set(root, [name]);
  }
  return [...units.values()];
}

function addressesOfNodes({ cluster }: Side): string[] {
  return cluster.nodes.flatMap(({ status }) =>
    (status?.addresses ?? []).flatMap(({ address }) => canonicalIP(address) ?? []),
  );
}

function* frontendKeys({ spec, status }: Service, nodeAddresses: ReadonlySet<string>): Iterable<string> {
  const addresses = [
    ...(spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])),
    ...(spec.externalIPs ?? []),
    ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []),
  ];
  for (const text of addresses) {
    if (text === "None" || text === "") continue;
    const address = canonicalIP(text) ?? text;
    yield address;
    // A frontend at a node's address may be another Service's node port.
    if (nodeAddresses.has(address)) for (const { port } of spec.ports ?? []) yield `node ${port}`;
  }
  for (const { nodePort } of spec.ports ?? []) if (nodePort) yield `node ${nodePort}`;
  if (spec.healthCheckNodePort) yield `node ${spec.healthCheckNodePort}`;
}

const OUTSIDE_SERVICE: ReadonlySet<string> = new Set([
  "origin",
  "simulated",
  "resourceVersion",
  "creationTimestamp",
  "uid",
]);

/** Whether a Service and its slices are the same on both sides, as far as rules are made of them. */
export function isSameService(name: string, { before, after }: Sides): boolean {
  const [a, b] = [before.services.get(name), after.services.get(name)];
  if (!a || !b) return false;
  return isSameContent(a, b, OUTSIDE_SERVICE) && areSameSlices(before.slicesOf(a), after.slicesOf(b));
}

const OUTSIDE_SLICE: ReadonlySet<string> = new Set([...OUTSIDE_SERVICE, "targetRef", "hostname"]);

function areSameSlices(a: readonly EndpointSlice[], b: readonly EndpointSlice[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i]!;
      return (
        one === other ||
        (one.addressType === other.addressType &&
          isSameContent(one.ports, other.ports) &&
          isSameContent(one.metadata.labels, other.metadata.labels) &&
          areSameEndpoints(one.endpoints, other.endpoints))
      );
    })
  );
}

function areSameEndpoints(a: EndpointSlice["endpoints"], b: EndpointSlice["endpoints"]): boolean {
  if (a instanceof EndpointTable && b instanceof EndpointTable) return a.isSame(b);
  return isSameContent(a, b, OUTSIDE_SLICE);
}

/** Nodes that the unit's rules treat alike, first of each group by name. */
export interface NodeGroup {
  readonly representative: string;
  readonly nodes: readonly string[];
}

/**
 * Groups of nodes for the unit. Where nothing hangs on the node, that is one group for each kind of node; where policies
 * are Local, endpoints are hinted or frontends stand on addresses of nodes, such nodes stand alone.
 */
export function groupNodes(
  unit: Unit,
  sides: Sides,
  nodes: readonly string[],
  kinds: (node: string) => string,
): NodeGroup[] {
  const dependence = dependenceOf(unit, sides);
  const groups = new Map<string, string[]>();
  for (const node of nodes) {
    const own = dependence?.ownNodes.has(node) || dependence?.isRanged ? node : "";
    const zone = dependence?.isZonal ? zonesOf(sides, node) : "";
    const key = `${kinds(node)}\n${own}\n${zone}`;
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  return [...groups.values()].map((group) => ({ representative: group[0]!, nodes: group }));
}

function zonesOf({ before, after }: Sides, node: string): string {
  return [before, after].map((side) => side.inputFor(node, "IPv4")?.node.zone ?? "").join("\t");
}

interface Dependence {
  readonly ownNodes: ReadonlySet<string>;
  readonly isZonal: boolean;
  /** Source ranges may hold a node's address and not another's. */
  readonly isRanged: boolean;
}

/** What makes nodes differ; undefined: nothing does. */
function dependenceOf(unit: Unit, { before, after }: Sides): Dependence | undefined {
  const ownNodes = new Set<string>();
  let [isZonal, isRanged] = [false, false];
  for (const side of [before, after])
    for (const name of unit) {
      const service = side.services.get(name);
      if (!service) continue;
      const { spec } = service;
      const isLocal = spec.internalTrafficPolicy === "Local" || spec.externalTrafficPolicy === "Local";
      if (spec.loadBalancerSourceRanges?.length) isRanged = true;
      for (const slice of side.slicesOf(service))
        for (const { nodeName, hints, addresses } of sliceEndpoints(slice)) {
          if (hints?.forZones?.length) isZonal = true;
          for (const { name: hinted } of hints?.forNodes ?? []) ownNodes.add(hinted);
          if (nodeName && (isLocal || isNodeAddress(side, nodeName, addresses[0]))) ownNodes.add(nodeName);
        }
      for (const node of nodesAtFrontends(side, service)) ownNodes.add(node);
    }
  return ownNodes.size > 0 || isZonal || isRanged ? { ownNodes, isZonal, isRanged } : undefined;
}

const nodesByAddress = new WeakMap<Side, ReadonlyMap<string, string>>();

/** Node names by each of their addresses. */
function nodeAt(side: Side): ReadonlyMap<string, string> {
  let index = nodesByAddress.get(side);
  if (!index) {
    index = new Map(
      side.cluster.nodes.flatMap(({ metadata, status }) =>
        (status?.addresses ?? []).flatMap(({ address }) => {
          const ip = canonicalIP(address);
          return ip === undefined ? [] : [[ip, metadata.name] as const];
        }),
      ),
    );
    nodesByAddress.set(side, index);
  }
  return index;
}

function isNodeAddress(side: Side, nodeName: string, address: string | undefined): boolean {
  return address !== undefined && nodeAt(side).get(canonicalIP(address) ?? "") === nodeName;
}

function* nodesAtFrontends(side: Side, { spec, status }: Service): Iterable<string> {
  const index = nodeAt(side);
  for (const text of [...(spec.externalIPs ?? []), ...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip)]) {
    const node = index.get(canonicalIP(text ?? "") ?? "");
    if (node !== undefined) yield node;
  }
}

/** Families in which the unit has a service port on either side. */
export const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];
