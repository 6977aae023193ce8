/** A cluster before and after a change of mode or release. */
import type { ServicePortWithEndpoints } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import { endpointsOfPort } from "../endpoints/endpoints-of-port.js";
import { selectEndpoints } from "../endpoints/select-endpoints.js";
import type { ServiceEndpoints } from "../endpoints/types.js";
import { CLIENT_WORDS } from "../explain/frontend-flows.js";
import { ROLE_WORDS } from "../explain/frontends.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Service } from "../kube/types.js";
import { joinHostPort, type IPFamily } from "../net/ip.js";
import type { CleanupView, DifferenceView, MigrateView, ReasonView, SideView } from "./migrate-view.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import { compareShape, type CompileNode } from "./compare-shape.js";
import { REASONS } from "./reasons.js";
import { shapeOf } from "./shape.js";
import type { ReasonId, ServiceOnNode, ShapeDifference, Side, SideState } from "./types.js";

export interface MigrateInput {
  readonly cluster: Cluster;
  readonly services: readonly Service[];
  readonly families: readonly IPFamily[];
  /** The node looked at first; "" for a node on which nothing is local. */
  readonly node: string;
  /** Other nodes may be looked at where a Service's rules depend on the node. */
  readonly otherNodes: boolean;
  readonly resolve: (service: Service) => ServiceEndpoints;
  readonly before: Side;
  readonly after: Side;
  readonly compile: CompileNode;
}

interface Counts {
  endpoints: number;
  servicePorts: number;
  packets: number;
}

export interface Migration extends Pick<MigrateView, "differs" | "nodes" | "summary" | "reasons"> {
  /** Endpoints that rules of the first node send to, and the service ports that have rules. */
  readonly counts: Readonly<Counts>;
}

/**
 * Every Service on every kind of node that its rules depend on. Services of one shape are reasoned about once, so that
 * the work is linear in Services and endpoints.
 */
export async function migrate(input: MigrateInput): Promise<Migration> {
  const known = new Map<string, readonly ShapeDifference[]>();
  const differences = new Map<ReasonId, DifferenceView[]>();
  const differing = new Set<string>();
  const nodes = new Set<string>();
  const counts: Counts = { endpoints: 0, servicePorts: 0, packets: 0 };
  for (const service of input.services) {
    const slices = input.resolve(service).slices;
    for (const family of input.families) {
      const first = onNode(service, slices, input.node, family, input);
      if (first.before.ports.length === 0 && first.after.ports.length === 0) continue;
      counts.servicePorts += first.before.ports.length;
      for (const { endpoints } of first.before.ports) counts.endpoints += endpoints.reachable.length;
      for (const node of input.otherNodes ? nodesFor(first, slices, input) : [input.node]) {
        nodes.add(node);
        const subject = node === input.node ? first : onNode(service, slices, node, family, input);
        const shape = shapeOf(subject);
        let found = known.get(shape);
        if (!found) {
          const compared = await compareShape(subject, input.compile);
          counts.packets += compared.packets;
          found = compared.differences;
          known.set(shape, found);
        }
        for (const difference of found) {
          const view = viewOf(difference, subject);
          differing.add(view.service);
          const list = differences.get(difference.reason);
          if (list) list.push(view);
          else differences.set(difference.reason, [view]);
        }
      }
    }
  }
  const reasons = (Object.keys(REASONS) as ReasonId[]).flatMap((id): ReasonView[] => {
    const list = differences.get(id);
    if (!list) return [];
    return [{ id, ...REASONS[id], services: new Set(list.map(({ service }) => service)).size, differences: list }];
  });
  return {
    differs: reasons.length > 0,
    nodes: [...nodes].sort(),
    summary: {
      services: input.services.length,
      servicePorts: counts.servicePorts,
      differing: differing.size,
      packets: counts.packets,
    },
    reasons,
    counts,
  };
}

function onNode(
  service: Service,
  slices: ServiceEndpoints["slices"],
  node: string,
  family: IPFamily,
  { before, after }: MigrateInput,
): ServiceOnNode {
  const state = (side: Side): SideState => {
    const input = side.inputFor(node, family);
    const ports = buildServicePorts(service, family, input.features).map((port): ServicePortWithEndpoints => {
      const all = endpointsOfPort(slices, port, input.node, input.features);
      return { port, endpoints: selectEndpoints(all, port, input.node, input.features) };
    });
    return { input, ports };
  };
  return { service, node, family, before: state(before), after: state(after) };
}

/** The first node; where rules depend on the node also one with, and one without, an endpoint of the Service. */
function nodesFor({ before, after }: ServiceOnNode, slices: ServiceEndpoints["slices"], input: MigrateInput): string[] {
  const ports = [...before.ports, ...after.ports];
  const depends = ports.some(
    ({ port, endpoints }) =>
      port.internalPolicyLocal ||
      port.externalPolicyLocal ||
      endpoints.all.some(({ zoneHints, nodeHints }) => zoneHints ?? nodeHints),
  );
  const chosen = new Set([input.node]);
  if (!depends) return [...chosen];
  const withEndpoint = new Set(slices.flatMap((slice) => sliceEndpoints(slice).map(({ nodeName }) => nodeName)));
  const names = input.cluster.nodes.map(({ metadata }) => metadata.name);
  const own = withEndpoint.has(input.node);
  const other = names.find((name) => withEndpoint.has(name) !== own);
  if (other !== undefined) chosen.add(other);
  return [...chosen];
}

function viewOf({ spot, clients, before, after }: ShapeDifference, subject: ServiceOnNode): DifferenceView {
  const { service, family, node } = subject;
  const sides = [subject.before, subject.after].map((side) => side.ports[spot.portName]?.port);
  const port = (sides[0] ?? sides[1])!;
  const addresses = (own: typeof port | undefined) =>
    own ? (spot.role === "external-ip" ? own.externalIPs : own.loadBalancerVIPs) : [];
  const list = addresses(sides[0]).length > spot.addressIndex ? addresses(sides[0]) : addresses(sides[1]);
  const listed = list[spot.addressIndex] ?? "";
  const words = (): string => {
    switch (spot.kind) {
      case "other-address":
        return `node port ${port.nodePort} on another address of the node`;
      case "loopback":
        return `node port ${port.nodePort} on loopback`;
      case "unused-port":
        return `unused ports of cluster IP ${port.clusterIP}`;
      case "frontend":
        if (spot.role === "node-port") return `node port ${port.nodePort}`;
        return `${ROLE_WORDS[spot.role]} ${joinHostPort(spot.role === "cluster-ip" ? port.clusterIP : listed, port.port)}`;
    }
  };
  return {
    service: `${service.metadata.namespace ?? "default"}/${service.metadata.name}`,
    servicePort: port.name,
    protocol: port.protocol,
    family,
    frontend: words(),
    clients: clients.map((kind) => CLIENT_WORDS[kind].replace("this node", "the node")),
    node,
    before,
    after,
  };
}

/** Puts the parts together. */
export function migrateView(
  found: Migration,
  sides: { readonly from: SideView; readonly to: SideView },
  cleanup: CleanupView,
  notes: readonly string[],
): MigrateView {
  const { differs, nodes, summary, reasons } = found;
  return { ...sides, differs, nodes, summary, reasons, notes, cleanup };
}
