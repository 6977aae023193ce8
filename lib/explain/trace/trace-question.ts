/** A packet between two ends: its way through the rules, its outcomes, the policies behind them. */
import type { Cluster } from "../../cluster/types.js";
import type { Node, Protocol, Service } from "../../kube/types.js";
import { canonicalIP, familyOfIP, joinHostPort, type IPFamily } from "../../net/ip.js";
import { createPolicyEvaluator } from "../../netpol/evaluate.js";
import { createPartyFinder } from "../../netpol/find-party.js";
import { partyText } from "../../netpol/parties.js";
import { policyInputOf } from "../../netpol/policy-input.js";
import type { Party } from "../../netpol/types.js";
import type { HitView, OutcomeView, TraceView } from "./trace-view.js";
import { realServerAttributes, serviceAttributes, serviceOption } from "../../rulesets/ipvs/print.js";
import type { Arrival, Outcome, Packet, Path, RuleHit, TraceCase, TracedOutcome } from "../../trace/types.js";
import { causeOfRule, endpointPlace, frontendPlace } from "../cause.js";
import { conditionsText } from "../condition-words.js";
import type { FamilyContext } from "../explain-input.js";
import { realServerSentence, virtualServerSentence } from "../ipvs-sentence.js";
import { outcomeText } from "../outcome-words.js";
import type { PlaceBook } from "../place-book.js";
import { portsAt } from "../ports-at.js";
import { capturePlace, ruleText, sentenceOf } from "../rule-tree.js";
import type { PortSubject } from "../subject.js";
import { isServedInUserspace, SERVED_IN_USERSPACE } from "../userspace-node-port.js";
import { declaredPortText, policyView } from "./policy-check.js";
import { stepsOf } from "./path-steps.js";

export interface PacketQuestion {
  readonly packet: Packet;
  /** Names of both ends, where they have one. */
  readonly sourceName: string | undefined;
  readonly destinationName: string | undefined;
  /** A Service has a frontend there. */
  readonly isFrontend: boolean;
  readonly assumptions: readonly string[];
}

export interface TraceInput {
  readonly cluster: Cluster;
  readonly family: FamilyContext;
  readonly book: PlaceBook;
  readonly captures: readonly string[];
  readonly kubeVersion: string;
}

/** In place of the node's address, where none is known. */
const SOME_ADDRESS = "an address of the node";

/** Everything about one packet. */
export function traceQuestion(question: PacketQuestion, input: TraceInput): TraceView {
  const { packet } = question;
  const { family, cluster, captures } = input;
  const { outcomes, cases = [] } = family.tracer(packet);
  const hitView = hitViewer(input);
  const findParty = createPartyFinder(cluster);
  const evaluator = createPolicyEvaluator(policyInputOf(cluster));
  const ownNode = cluster.nodes.find(({ metadata }) => metadata.name === family.input.node.name);
  const describe = (traced: TracedOutcome): OutcomeView => {
    const { outcome, probability } = traced;
    const base = {
      kind: outcome.kind,
      probability,
      masqueraded: "masqueraded" in outcome && outcome.masqueraded,
    };
    if (outcome.kind === "unknown")
      return { ...base, text: outcomeText(outcome), ...(outcome.at && { undecided: hitView(outcome.at) }) };
    if (outcome.kind === "rejected" || outcome.kind === "dropped") return { ...base, text: outcomeText(outcome) };
    const to = outcome.kind === "endpoint" ? outcome : { address: packet.destination, port: packet.destinationPort };
    const source = sourceOf(outcome, packet, family);
    const receiver = findParty(to.address);
    const sender = findParty(packet.source);
    const protocol = packet.protocol.toUpperCase() as Protocol;
    const seenAs: Party = base.masqueraded ? masqueradedAs(ownNode, source) : sender;
    // Policies may ask for the address, and then nothing can be said.
    const isSeen = !base.masqueraded || ownNode !== undefined || familyOfIP(source) !== undefined;
    const isJudged = isSeen && (receiver.kind === "pod" || sender.kind === "pod");
    return {
      ...base,
      text: isServedInUserspace(packet, family.node)
        ? SERVED_IN_USERSPACE
        : outcome.kind === "endpoint"
          ? `sent to ${joinHostPort(to.address, to.port)}${receiver.kind === "ip" ? "" : `, ${partyText(receiver)}`}`
          : outcomeText(outcome),
      target: joinHostPort(to.address, to.port),
      ...(receiver.kind === "pod" && { pod: partyText(receiver).slice("Pod ".length) }),
      source,
      ...(isJudged && {
        policy: policyView({ sender, seenAs, receiver, protocol, port: to.port }, evaluator, input.book),
      }),
      ...(receiver.kind === "pod" && { declares: declaredPortText(receiver.pod, to.port, protocol) }),
    };
  };
  const views = outcomes.map(describe);
  // Node ports are of every address of the node.
  const isPort =
    question.isFrontend ||
    [outcomes, ...cases.map((one) => one.outcomes)].some((some) =>
      some.some(({ outcome }) => outcome.kind === "endpoint"),
    );
  const caseViews = cases.map(({ conditions, outcomes: own }) => ({
    condition: conditionsText(conditions),
    outcomes: own.map(describe),
  }));
  const textOf = new Map<string, string>();
  const endOf = ({ outcome }: Path): string => {
    const key = JSON.stringify(outcome.kind === "unknown" ? { kind: "unknown", reason: outcome.reason } : outcome);
    let text = textOf.get(key);
    if (text === undefined) textOf.set(key, (text = endText(outcome, packet)));
    return text;
  };
  const { steps, ends } = stepsOf(
    outcomes.flatMap(({ paths }) => paths),
    endOf,
    hitView,
  );
  return {
    packet: {
      protocol: packet.protocol.toUpperCase(),
      source: packet.source,
      ...(question.sourceName !== undefined && { sourceName: question.sourceName }),
      destination: packet.destination,
      port: packet.destinationPort,
      ...(question.destinationName !== undefined && { destinationName: question.destinationName }),
      arrival: arrivalText(packet.arrival),
    },
    node: family.input.node.name,
    mode: family.input.config.mode,
    kubeVersion: input.kubeVersion,
    captures,
    assumptions: [...question.assumptions, ...endpointAssumptions(outcomes, cases, family)],
    notes: isPort ? [] : portNotes(packet, input),
    outcomes: views,
    cases: caseViews,
    steps,
    ends,
  };
}

/** An address of a Service without the port asked for. */
function portNotes({ destination, destinationPort, protocol }: Packet, { cluster, family }: TraceInput): string[] {
  const ports = portsAt(destination, cluster, family.index, family.node);
  const asked = `${destinationPort}/${protocol.toUpperCase()}`;
  if (ports.length === 0 || ports.includes(asked)) return [];
  const rest = ports.length - MOST_PORTS;
  const named = ports.slice(0, MOST_PORTS).join(", ");
  return [`${destination} has no port ${asked}; it has ${named}${rest > 0 ? ` and ${rest} more` : ""}`];
}

const MOST_PORTS = 20;

/** Whether an endpoint is the node's own is not asked by a rule, and decides whether it is masqueraded. */
function endpointAssumptions(
  outcomes: readonly TracedOutcome[],
  cases: readonly TraceCase[],
  { node: { facts } }: FamilyContext,
): string[] {
  if (facts.mayHaveMoreAddresses !== true) return [];
  const known = new Set([...facts.localAddresses, ...(facts.otherAddresses ?? [])]);
  const all = [...outcomes, ...cases.flatMap((one) => one.outcomes)];
  const isTaken = all.some(({ outcome }) => outcome.kind === "endpoint" && !known.has(outcome.address));
  if (!isTaken) return [];
  return ["endpoints are taken for pods with addresses of their own; `ip addr show` tells whether one is the node's"];
}

function arrivalText(arrival: Arrival): string {
  if (arrival.from === "node") return "sent by the node itself";
  const through = arrival.interface === undefined ? "" : ` through ${arrival.interface}`;
  return `${arrival.from === "pod" ? "from a pod of the node" : "from outside the node"}${through}`;
}

/** The source the receiver sees: the packet's, the one SNAT gave, or an address of the node. */
function sourceOf(
  outcome: Extract<Outcome, { kind: "endpoint" | "undisturbed" }>,
  packet: Packet,
  { ownAddress }: FamilyContext,
): string {
  if (!outcome.masqueraded) return packet.source;
  return outcome.source ?? ownAddress ?? SOME_ADDRESS;
}

function masqueradedAs(node: Node | undefined, ip: string): Party {
  return node ? { kind: "node", node, ip } : { kind: "ip", ip };
}

function endText(outcome: Outcome, packet: Packet): string {
  switch (outcome.kind) {
    case "endpoint":
      return `${joinHostPort(outcome.address, outcome.port)}${outcome.masqueraded ? ", masqueraded" : ""}`;
    case "undisturbed":
      return `goes on to ${joinHostPort(packet.destination, packet.destinationPort)}${outcome.masqueraded ? ", masqueraded" : ""}`;
    case "rejected":
    case "dropped":
      return outcome.kind;
    case "unknown":
      return `unknown: ${outcome.reason}`;
  }
}

/** Hits in words; each rule is described once. */
function hitViewer({ family, book, captures }: TraceInput): (hit: RuleHit) => HitView {
  const known = new Map<unknown, HitView>();
  const { index, words, subjects } = family;
  const subjectOf = (label: string | undefined, chain: string): PortSubject | undefined =>
    subjects.find(({ port, chains }) => (label === undefined ? false : label === port.name) || chains.has(chain));
  return (hit) => {
    const key = hit.kind === "ipvs" ? (hit.realServer ?? hit.virtualServer) : hit.rule;
    let view = known.get(key);
    if (view) return view;
    if (hit.kind === "ipvs") {
      const { virtualServer, realServer } = hit;
      const subject = subjects.find(({ port }) => virtualServer.origin?.label === port.name);
      const place =
        subject &&
        (realServer
          ? endpointPlace(subject, joinHostPort(realServer.address, realServer.port))
          : frontendPlace(subject, virtualServer.address, virtualServer.port));
      const option = serviceOption(virtualServer);
      const at = realServer?.at ?? virtualServer.at;
      view = {
        table: "ipvs",
        chain: option,
        position: 0,
        text: `${virtualServerSentence(virtualServer)}${realServer ? ` ${realServerSentence(realServer, words)}` : ""}`,
        rule: realServer
          ? `-a ${option}${realServerAttributes(realServer)}`
          : `-A ${option}${serviceAttributes(virtualServer)}`,
        ...(place && { cause: book.note(place) }),
        ...(at && { at }),
        ...(realServer && { destination: joinHostPort(realServer.address, realServer.port) }),
      };
    } else {
      const table = hit.kind === "iptables" ? hit.table : `${hit.family} ${hit.table}`;
      const chain = index.chainsNamed(hit.chain).find((one) => one.table === table);
      const subject = subjectOf(hit.rule.origin?.label, hit.chain);
      const place = subject && causeOfRule(hit, subject);
      const at = captures.length > 0 ? capturePlace(hit, chain) : undefined;
      const mark = markOf(hit);
      view = {
        table,
        chain: hit.chain,
        position: hit.position,
        text: sentenceOf(hit, chain, words),
        rule: ruleText(hit, words),
        ...(place && { cause: book.note(place) }),
        ...(at && { at }),
        ...(mark !== undefined && { mark }),
        ...translationOf(hit, family.ownAddress ?? SOME_ADDRESS),
      };
    }
    known.set(key, view);
    return view;
  };
}

/** The bits a rule sets. */
function markOf(hit: Exclude<RuleHit, { kind: "ipvs" }>): number | undefined {
  if (hit.kind === "iptables") {
    const { target } = hit.rule;
    return target.kind === "mark" && target.value === target.mask ? target.value : undefined;
  }
  for (const statement of hit.rule.statements)
    if (statement.kind === "set-mark" && (statement.operator === "or" || statement.operator === "assign"))
      return statement.value;
  return undefined;
}

/** What the rule makes of the packet's header. `nodeIP`: what masquerading gives it. */
function translationOf(
  hit: Exclude<RuleHit, { kind: "ipvs" }>,
  nodeIP: string,
): Pick<HitView, "destination" | "source"> {
  const actions = hit.kind === "iptables" ? [hit.rule.target] : hit.rule.statements;
  for (const action of actions) {
    if (action.kind === "dnat")
      return { destination: "to" in action ? action.to : joinHostPort(action.address, action.port) };
    if (action.kind === "snat") return { source: action.to };
    if (action.kind === "masquerade") return { source: nodeIP };
  }
  return {};
}

/** The Service frontends at an address, in words. `isLocal`: an address of the node, where node ports are. */
export function frontendNames(
  subjects: readonly PortSubject[],
  address: string,
  port: number,
  protocol: string,
  isLocal: boolean,
): string[] {
  return subjects.flatMap(({ frontends, port: own }) =>
    own.protocol === protocol &&
    frontends.some(
      (one) =>
        one.port === port && (one.address === undefined ? isLocal : canonicalIP(one.address) === canonicalIP(address)),
    )
      ? [`service port ${own.name}`]
      : [],
  );
}

/** The addresses of a Service that a client may mean: cluster IP, or from outside what outside can reach. */
export function addressOfService(
  service: Service,
  portIndex: number,
  family: IPFamily | undefined,
  fromOutside: boolean,
  nodeIP: string,
): { readonly address: string; readonly port: number; readonly why: string } | undefined {
  const { spec, status } = service;
  const own = spec.ports?.[portIndex];
  if (!own) return undefined;
  const ofFamily = (texts: readonly (string | undefined)[]) =>
    texts
      .flatMap((text) => (text === undefined ? [] : (canonicalIP(text) ?? [])))
      .find((ip) => family === undefined || familyOfIP(ip) === family);
  if (fromOutside) {
    const balancer = ofFamily((status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip));
    if (balancer !== undefined)
      return { address: balancer, port: own.port, why: "its load-balancer IP, as the packet comes from outside" };
    const external = ofFamily(spec.externalIPs ?? []);
    if (external !== undefined)
      return { address: external, port: own.port, why: "its external IP, as the packet comes from outside" };
    if (own.nodePort)
      return { address: nodeIP, port: own.nodePort, why: "its node port, as the packet comes from outside" };
  }
  const cluster = ofFamily([spec.clusterIP, ...(spec.clusterIPs ?? [])]);
  return cluster === undefined ? undefined : { address: cluster, port: own.port, why: "its cluster IP" };
}
