/** What becomes of one packet. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { indexNodeZones } from "../endpoints/node-zones.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { arrivalsOf, nodeAddressOf, outsideAddress } from "../explain/clients.js";
import { createPlaceBook, createPodFinder, prepareFamily, type NotFound } from "../explain/index.js";
import { parseAddress } from "../explain/find-target.js";
import {
  findReceiver,
  findSender,
  parseServicePort,
  nodeAddress,
  podAddress,
  type Receiver,
  type Sender,
} from "../explain/trace/find-ends.js";
import { addressOfService, frontendNames, traceQuestion } from "../explain/trace/trace-question.js";
import type { TraceView } from "../explain/trace/trace-view.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Service } from "../kube/types.js";
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { canonicalIP, familyOfIP, parseIP, type IPFamily } from "../net/ip.js";
import { createPartyFinder } from "../netpol/find-party.js";
import { partyText } from "../netpol/parties.js";
import { rulesOfNode } from "../node/node-rules.js";
import { servicesAt } from "../pipeline/focus-input.js";
import { focusOn, type Focus } from "../readers/focus.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import type { Source } from "../source/source.js";
import type { Arrival, Packet } from "../trace/types.js";
import { settleNodeQuestion, type NodeQuestion, type NodeQuestionOptions } from "./node-question.js";
import { timedBy } from "./read-question.js";

/** Of the packet, where rules ask. */
export interface PacketFacts {
  /** The interface it arrives through. */
  readonly interface?: string;
  readonly sourcePort?: number;
  readonly mark?: number;
}

export interface TraceOptions extends NodeQuestionOptions, PacketFacts {
  /** "[NS/]POD", an IP, a Node's name, or "outside". */
  readonly from: string;
  /** "IP:PORT[/udp]" or "[NS/]SERVICE:PORT", the port by number or name. */
  readonly to: string;
}

export interface TraceResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly view: TraceView | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Traces one packet through a node's rules, compiled or captured: every branch with its probability, then NetworkPolicies.
 * Refused objects do not hide the others.
 *
 * @example
 * import { sourceFromText, trace } from "svcrules";
 *
 * const to = "guestbook/frontend:80";
 * const { view } = await trace([sourceFromText("dump.yaml", dump)], { from: "outside", to });
 * assert((view?.outcomes.length ?? 0) > 0);
 */
export async function trace(sources: Iterable<Source>, options: TraceOptions): Promise<TraceResult> {
  const all = [...sources];
  const focus = focusOfReceiver(options.to);
  return (await traceIn(all, options, focus)) ?? (await traceIn(all, options, undefined))!;
}

/** Undefined when the packet can meet Services outside of the focus whose slices were passed over. */
async function traceIn(
  sources: readonly Source[],
  options: TraceOptions,
  focus: Focus | undefined,
): Promise<TraceResult | undefined> {
  const ends: { found?: Ends } = {};
  const { question, diagnostics } = await settleNodeQuestion(sources, { ...options, focus }, (cluster, report) => {
    ends.found = findEnds(options, cluster, report);
    return ends.found && nodeOf(ends.found, cluster);
  });
  if (!question || !ends.found) return { view: undefined, diagnostics: locateDiagnostics(diagnostics) };
  const found = ends.found;
  const isRead = ({ metadata }: Service) => !focus || focus.skipped.size === 0 || focus.names.includes(metadata.name);
  const view = await timedBy(options)("trace", () => traceView(found, options, question, isRead));
  if (!view) return undefined;
  if ("severity" in view) return { view: undefined, diagnostics: locateDiagnostics([...diagnostics, view]) };
  return { view, diagnostics: locateDiagnostics(diagnostics) };
}

/** Where a packet is sent on to may lead to more Services; whoever asks looks whether it does. */
function focusOfReceiver(to: string): Focus {
  const address = parseAddress(to);
  if (address) return { ...focusOn(), addresses: new Set([address.address]) };
  return focusOn(parseServicePort(to)?.name ?? to);
}

interface Ends {
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly toText: string;
}

function findEnds(
  { from, to, namespace, captures }: TraceOptions,
  cluster: Cluster,
  report: (diagnostic: Diagnostic) => void,
): Ends | undefined {
  const sender = findSender(from, cluster, namespace);
  const receiver = findReceiver(to, cluster, namespace);
  const tell = ({ message, note }: NotFound) =>
    report({ code: "unknown-target", severity: "error", message, notes: [note] });
  if (sender.kind === "not-found") tell(sender);
  if (receiver.kind === "not-found")
    tell(captures && cluster.services.length === 0 ? { ...receiver, note: `${receiver.note}; ${BY_RULES}` } : receiver);
  if (sender.kind === "not-found" || receiver.kind === "not-found") return undefined;
  return { sender: ownerOf(sender, cluster), receiver, toText: to };
}

const BY_RULES = "svcrules explain NAMESPACE/SERVICE --on FILE shows the addresses that captured rules give a Service";

/** The pod or node that has the address. */
function ownerOf(sender: Sender, cluster: Cluster): Sender {
  if (sender.kind !== "ip") return sender;
  const party = createPartyFinder(cluster)(sender.ip);
  if (party.kind === "pod") return { kind: "pod", pod: party.pod };
  return party.kind === "node" ? { kind: "node", node: party.node } : sender;
}

/** The node whose rules the packet meets first: the sender's, else the one it is sent to from outside. */
function nodeOf({ sender, receiver }: Ends, cluster: Cluster): string | undefined {
  if (sender.kind === "node") return sender.node.metadata.name;
  if (sender.kind === "pod") return sender.pod.spec.nodeName;
  const party = receiver.kind === "address" ? createPartyFinder(cluster)(receiver.address) : undefined;
  return party?.kind === "node" ? party.node.metadata.name : undefined;
}

/** How often what a packet may be sent on to is looked at again for Services of its own. */
const ROUNDS = 3;

async function traceView(
  { sender, receiver, toText }: Ends,
  more: PacketFacts,
  question: NodeQuestion,
  isRead: (service: Service) => boolean,
): Promise<TraceView | Diagnostic | undefined> {
  const { cluster, situation, captured, captures } = question;
  const fail = (message: string, note: string): Diagnostic => ({
    code: "unknown-target",
    severity: "error",
    message,
    notes: [note],
  });
  const assumptions: string[] = [];
  const family = familyOfEnds(sender, receiver, question);
  const bare = await rulesOfNode(cluster, situation, [], family, captured);
  const ownIP = bare.ownAddress ?? nodeAddressOf(bare.input);
  const arrivals = arrivalsOf(bare.input);
  const isOwnPod = sender.kind === "ip" && bare.input.node.podCIDRs.some((text) => isInside(text, sender.ip));
  const isOutside = sender.kind === "outside" || (sender.kind === "ip" && !isOwnPod);
  const to =
    receiver.kind === "address"
      ? receiver
      : addressOfService(receiver.service, receiver.portIndex, family, isOutside, ownIP);
  if (!to)
    return fail(
      `--to ${toText}: the Service has no ${family} address`,
      "headless and ExternalName Services are reached by DNS; trace to the address of a pod",
    );
  if ("why" in to) assumptions.push(`${toText} is reached at ${to.address} port ${to.port}, ${to.why}`);
  if (to.address === ownIP && bare.ownAddress === undefined)
    assumptions.push(`${ownIP} stands for an address of the node, as none is known`);
  const port = receiver.kind === "service" ? receiver.service.spec.ports?.[receiver.portIndex] : undefined;
  const protocolText = (receiver.kind === "address" ? receiver.protocol : port?.protocol) ?? "TCP";
  const own = { ip: ownIP, name: situation.node.name, isOwnPod };
  const from = sourceOf(sender, family, own, arrivals, more, assumptions);
  if (!from) return fail(`the sender has no ${family} address`, "choose a destination of the sender's family");
  const services = servicesMet(question, family, to);
  if (!services.every(isRead)) return undefined;
  const rules = await rulesOfNode(cluster, situation, services, family, captured);
  const book = createPlaceBook();
  const prepared = prepareFamily(rules, {
    cluster,
    families: [],
    resolve: createEndpointResolver({ ...cluster, services }, situation.controllerFeatures),
    pods: createPodFinder(cluster.pods),
    zones: indexNodeZones(cluster.nodes),
    book,
    captures,
  });
  const packet: Packet = {
    protocol: protocolText.toLowerCase() as Packet["protocol"],
    source: from.source,
    destination: to.address,
    destinationPort: to.port,
    arrival: from.arrival,
    ...(more.sourcePort !== undefined && { sourcePort: more.sourcePort }),
    ...(more.mark !== undefined && { mark: more.mark }),
  };
  const isLocal = new Set(rules.node.facts.localAddresses.map((ip) => canonicalIP(ip) ?? ip)).has(to.address);
  const names = frontendNames(prepared.subjects, to.address, to.port, protocolText, isLocal);
  const party = createPartyFinder(cluster)(to.address);
  const destinationName = names[0] ?? (party.kind === "ip" ? undefined : partyText(party));
  const view = traceQuestion(
    { packet, sourceName: from.name, destinationName, isFrontend: names.length > 0, assumptions },
    { cluster, family: prepared, book, captures, kubeVersion: situation.version.text },
  );
  book.settle();
  return view;
}

function familyOfEnds(sender: Sender, receiver: Receiver, { family, situation }: NodeQuestion): IPFamily {
  if (receiver.kind === "address") return familyOfIP(receiver.address)!;
  if (sender.kind === "ip") return familyOfIP(sender.ip)!;
  if (family) return family;
  const own = familyOfIP(receiver.service.spec.clusterIP ?? "");
  return own ?? situation.family;
}

function isInside(cidrText: string, ip: string): boolean {
  const [cidr, address] = [parseCIDR(cidrText), parseIP(ip)];
  return cidr !== undefined && address !== undefined && cidrContains(cidr, address);
}

/** The Services whose rules the packet can meet, where it is sent to and where it is sent on to. */
function servicesMet(
  { cluster, situation }: NodeQuestion,
  family: IPFamily,
  to: { readonly address: string; readonly port: number },
): readonly Service[] {
  const resolve = createEndpointResolver(cluster, situation.controllerFeatures, family);
  let destinations = [{ address: to.address, port: to.port }];
  let services: readonly Service[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const found = servicesAt(cluster, situation, family, destinations);
    if (found.length === services.length) return found;
    services = found;
    const next = [{ address: to.address, port: to.port }];
    for (const service of found)
      for (const slice of resolve(service).slices)
        if (slice.addressType === family)
          for (const { port } of slice.ports ?? [])
            for (const { addresses } of sliceEndpoints(slice))
              if (port && addresses?.[0]) next.push({ address: addresses[0], port });
    destinations = next;
  }
  return services;
}

function sourceOf(
  sender: Sender,
  family: IPFamily,
  own: { readonly ip: string; readonly name: string; readonly isOwnPod: boolean },
  arrivals: { readonly pod: Arrival; readonly outside: Arrival },
  more: PacketFacts,
  assumptions: string[],
): { readonly source: string; readonly arrival: Arrival; readonly name: string | undefined } | undefined {
  const through = (arrival: Arrival): Arrival =>
    arrival.from === "node" || more.interface === undefined ? arrival : { ...arrival, interface: more.interface };
  switch (sender.kind) {
    case "outside": {
      const source = outsideAddress(family, []);
      assumptions.push(`outside stands for ${source}; give another address with --from IP`);
      return { source, arrival: through(arrivals.outside), name: "outside" };
    }
    case "node": {
      const source = nodeAddress(sender.node, family);
      const isOwn = sender.node.metadata.name === own.name;
      if (source === undefined) return undefined;
      const name = `Node ${sender.node.metadata.name}`;
      return { source, name, arrival: isOwn ? { from: "node" } : through(arrivals.outside) };
    }
    case "pod": {
      const { pod } = sender;
      const source = podAddress(pod, family);
      if (source === undefined) return undefined;
      const name = `Pod ${pod.metadata.namespace ?? "default"}/${pod.metadata.name}`;
      const isHere = pod.spec.nodeName === undefined || pod.spec.nodeName === own.name || own.name === "";
      if (!isHere) {
        assumptions.push(`${name} runs on ${pod.spec.nodeName}; its packet reaches ${own.name} from outside`);
        return { source, name, arrival: through(arrivals.outside) };
      }
      return { source, name, arrival: pod.spec.hostNetwork ? { from: "node" } : through(arrivals.pod) };
    }
    case "ip": {
      if (familyOfIP(sender.ip) !== family) return undefined;
      if (sender.ip === own.ip) return { source: sender.ip, arrival: { from: "node" }, name: undefined };
      return { source: sender.ip, arrival: through(own.isOwnPod ? arrivals.pod : arrivals.outside), name: undefined };
    }
  }
}
