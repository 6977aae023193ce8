/** svcrules trace: what becomes of one packet. */
import type { Cluster } from "../../lib/cluster/types.js";
import { indexNodeZones } from "../../lib/endpoints/node-zones.js";
import { createEndpointResolver } from "../../lib/endpoints/resolve.js";
import { createPlaceBook, createPodFinder, prepareFamily, type NotFound } from "../../lib/explain/index.js";
import { arrivalsOf, nodeAddressOf, outsideAddress } from "../../lib/explain/clients.js";
import {
  findReceiver,
  findSender,
  nodeAddress,
  podAddress,
  type Receiver,
  type Sender,
} from "../../lib/explain/trace/find-ends.js";
import { addressOfService, frontendNames, traceQuestion } from "../../lib/explain/trace/trace-question.js";
import { servicesAt } from "../../lib/pipeline/focus-input.js";
import { sliceEndpoints } from "../../lib/kube/endpoint-table.js";
import type { Service } from "../../lib/kube/types.js";
import { cidrContains, parseCIDR } from "../../lib/net/cidr.js";
import { canonicalIP, familyOfIP, parseIP, type IPFamily } from "../../lib/net/ip.js";
import { createPartyFinder } from "../../lib/netpol/find-party.js";
import { partyText } from "../../lib/netpol/parties.js";
import { rulesOfNode } from "../../lib/node/node-rules.js";
import { chunked } from "../../lib/render/chunks.js";
import { traceJSON } from "../../lib/render/trace-json.js";
import { renderTraceMermaid } from "../../lib/render/trace-mermaid.js";
import { renderTraceText } from "../../lib/render/trace-text.js";
import type { TraceView } from "../../lib/render/trace-view.js";
import type { Arrival, Packet } from "../../lib/trace/types.js";
import { usesColor } from "../color.js";
import { UsageError } from "../errors.js";
import { choiceOf, stringOf, type Args } from "../options.js";
import { makeReporter, type Reporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { readQuestion, type Question } from "./explain.js";

export async function runTrace(args: Args, terminal: Terminal): Promise<ExitCode> {
  const output = choiceOf(args, "output", ["text", "json", "mermaid"]) ?? "text";
  const more = packetOptions(args);
  const reporter = makeReporter(args, terminal);
  const ends: { found?: Ends } = {};
  const read = await readQuestion(args, terminal, reporter, (cluster) => {
    ends.found = findEnds(args, cluster, reporter);
    return ends.found && nodeOf(ends.found.sender);
  });
  reporter.flush();
  if (!read || !ends.found || reporter.failed()) return 2;
  const view = await reporter.timed("trace", () => traceView(ends.found!, more, read, reporter));
  reporter.flush();
  if (!view) return 2;
  const lines =
    output === "json"
      ? [JSON.stringify(traceJSON(view), null, 2)]
      : output === "mermaid"
        ? renderTraceMermaid(view)
        : renderTraceText(view, {
            columns: terminal.columns,
            color: usesColor(args, terminal),
            rules: args["rules"] === true,
          });
  for (const chunk of chunked(lines)) if (!terminal.write(chunk)) break;
  return 0;
}

interface Ends {
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly toText: string;
}

function findEnds(args: Args, cluster: Cluster, reporter: Reporter): Ends | undefined {
  const namespace = stringOf(args, "namespace");
  const toText = stringOf(args, "to") ?? "";
  const sender = findSender(stringOf(args, "from") ?? "", cluster, namespace);
  const receiver = findReceiver(toText, cluster, namespace);
  const report = ({ message, note }: NotFound) =>
    reporter.add([{ code: "unknown-target", severity: "error", message, notes: [note] }]);
  if (sender.kind === "not-found") report(sender);
  if (receiver.kind === "not-found") report(receiver);
  if (sender.kind === "not-found" || receiver.kind === "not-found") return undefined;
  return { sender: ownerOf(sender, cluster), receiver, toText };
}

/** The pod or node that has the address. */
function ownerOf(sender: Sender, cluster: Cluster): Sender {
  if (sender.kind !== "ip") return sender;
  const party = createPartyFinder(cluster)(sender.ip);
  if (party.kind === "pod") return { kind: "pod", pod: party.pod };
  return party.kind === "node" ? { kind: "node", node: party.node } : sender;
}

/** The node whose rules the packet meets first, when the sender tells. */
function nodeOf(sender: Sender): string | undefined {
  if (sender.kind === "node") return sender.node.metadata.name;
  return sender.kind === "pod" ? sender.pod.spec.nodeName : undefined;
}

interface PacketOptions {
  readonly interface?: string;
  readonly sourcePort?: number;
  readonly mark?: number;
}

function packetOptions(args: Args): PacketOptions {
  const number = (name: string, most: number) => {
    const text = stringOf(args, name);
    if (text === undefined) return undefined;
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;
    if (!(value >= 0 && value <= most)) throw new UsageError(`--${name} ${text}: not a number from 0 to ${most}`);
    return value;
  };
  const name = stringOf(args, "interface");
  const sourcePort = number("source-port", 65535);
  const mark = number("mark", 0xffffffff);
  return {
    ...(name !== undefined && { interface: name }),
    ...(sourcePort !== undefined && { sourcePort }),
    ...(mark !== undefined && { mark }),
  };
}

/** How often what a packet may be sent on to is looked at again for Services of its own. */
const ROUNDS = 3;

async function traceView(
  { sender, receiver, toText }: Ends,
  more: PacketOptions,
  question: Question,
  reporter: Reporter,
): Promise<TraceView | undefined> {
  const { cluster, situation, captured, captures } = question;
  const fail = (message: string, note: string) => {
    reporter.add([{ code: "unknown-target", severity: "error", message, notes: [note] }]);
    return undefined;
  };
  const assumptions: string[] = [];
  const family = familyOfEnds(sender, receiver, question);
  const bare = await rulesOfNode(cluster, situation, [], family, captured);
  const ownIP = nodeAddressOf(bare.input);
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
  const port = receiver.kind === "service" ? receiver.service.spec.ports?.[receiver.portIndex] : undefined;
  const protocolText = (receiver.kind === "address" ? receiver.protocol : port?.protocol) ?? "TCP";
  const own = { ip: ownIP, name: situation.node.name, isOwnPod };
  const from = sourceOf(sender, family, own, arrivals, more, assumptions);
  if (!from) return fail(`the sender has no ${family} address`, "choose a destination of the sender's family");
  const services = servicesMet(question, family, to);
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
    { packet, sourceName: from.name, destinationName, assumptions },
    { cluster, family: prepared, book, captures, kubeVersion: situation.version.text },
  );
  book.settle();
  return view;
}

function familyOfEnds(sender: Sender, receiver: Receiver, { family, situation }: Question): IPFamily {
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
  { cluster, situation }: Question,
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
  more: PacketOptions,
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
