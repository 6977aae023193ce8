/**
 * Which rule of a built-in chain refuses the first packet of a connection, for all that is known of the packet. Where some rule
 * may accept it, nothing is said. What cannot matter to any packet is left out once, and what asks for another destination, or
 * for another port, is not looked at, so that a list of 100,000 addresses costs a packet no more than one of ten.
 */
import { addressBits, parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import { addTo } from "../../util/add-to.js";
import { holdsForPacket, holdsInSituation, type FirstPacket, type Holds, type Situation } from "./first-packet.js";
import { decides } from "./take-packets.js";
import type { Clause, Rule } from "./types.js";

type Judged = Pick<Rule, "clauses" | "target">;

export interface RefusalQuestion<R extends Judged> {
  readonly chain: string;
  readonly policy: string | undefined;
  readonly situation: Situation;
  readonly rulesOf: (chain: string) => readonly R[];
  /** Chains that are judged elsewhere: they give all packets back. */
  readonly isLeftOut: (chain: string) => boolean;
  /** Whether the rules of a chain are all known; one of which they are not may accept any packet. */
  readonly isHeld: (chain: string) => boolean;
}

/** Chains in chains that are looked into; behind them a packet may be accepted. */
const DEEPEST = 8;
/** Rules that all packets of a question meet. */
const MOST_MET = 30_000_000;
/** From this size a chain's rules are found by destination. */
const INDEXED = 24;

interface Step<R> {
  readonly rule: R;
  /** Nothing but destination, protocol and port is asked for. */
  readonly isSure: boolean;
  readonly asks: readonly Clause[];
  readonly end: "open" | "refuse" | "back" | "jump" | "goto";
  readonly next: string;
}

interface Steps<R> {
  readonly all: readonly Step<R>[];
  /** No packet comes back from the chain: its end is open, or it refuses all. */
  readonly closed: "open" | "refuse" | undefined;
  index?: DestinationIndex;
  /** Those that can matter to a packet whose address is not known. */
  ofPorts?: readonly Step<R>[];
}

type Outcome<R> = { readonly rule: R } | "open" | "back";

export class Refusals<R extends Judged> {
  private readonly chains = new Map<string, Steps<R>>();
  private met = 0;

  constructor(private readonly question: RefusalQuestion<R>) {}

  /** Whether there can be a packet that is refused. */
  mayRefuse(): boolean {
    const { chain } = this.question;
    return (this.hasPolicy() && this.stepsOf(chain).closed === undefined) || this.hasRefusal(chain);
  }

  /** More rules would have to be met than are: answers are "no" from there on. */
  get isExhausted(): boolean {
    return this.met > MOST_MET;
  }

  /** The rule that refuses the packet, "policy", or undefined. */
  refuserOf(packet: FirstPacket): R | "policy" | undefined {
    const outcome = this.walk(this.question.chain, packet, DEEPEST);
    if (outcome === "back") return this.hasPolicy() ? "policy" : undefined;
    return outcome === "open" ? undefined : outcome.rule;
  }

  private hasPolicy(): boolean {
    return this.question.policy === "DROP";
  }

  /** Whether a rule of the chain refuses, or one of the chains that it leads to, however deep. */
  private hasRefusal(first: string): boolean {
    const chains = new Set([first]);
    for (const chain of chains)
      for (const { end, next } of this.stepsOf(chain).all) {
        if (end === "refuse") return true;
        if (next !== "") chains.add(next);
      }
    return false;
  }

  private walk(chain: string, packet: FirstPacket, depth: number): Outcome<R> {
    if (depth === 0) return "open";
    let mayBeBack = false;
    for (const step of this.stepsFor(chain, packet)) {
      if (++this.met > MOST_MET) return "open";
      const holds = meet(step, packet);
      if (holds === "no") continue;
      const outcome = step.next === "" ? outcomeOf(step) : this.walk(step.next, packet, depth - 1);
      if (outcome === "open") return "open";
      if (outcome === "back") {
        if (step.end !== "back" && step.end !== "goto") continue;
        if (holds === "yes") return "back";
        mayBeBack = true;
      } else if (holds === "yes") {
        // Some of the packets have left the chain before.
        return mayBeBack ? "back" : outcome;
      }
    }
    return "back";
  }

  private stepsFor(chain: string, packet: FirstPacket): Iterable<Step<R>> {
    const steps = this.stepsOf(chain);
    if (steps.all.length < INDEXED) return steps.all;
    if (!packet.address) return (steps.ofPorts ??= steps.all.filter((step) => !namesNoPort(step)));
    steps.index ??= new DestinationIndex(
      steps.all.map(({ asks }) => asks),
      this.question.situation.isAnswer === true,
    );
    return steps.index.placesFor(packet).map((place) => steps.all[place]!);
  }

  private stepsOf(chain: string, depth = DEEPEST): Steps<R> {
    let steps = this.chains.get(chain);
    if (!steps) {
      // A chain that leads to itself is no kernel's.
      this.chains.set(chain, { all: [], closed: undefined });
      steps = this.compile(chain, depth);
      this.chains.set(chain, steps);
    }
    return steps;
  }

  private compile(chain: string, depth: number): Steps<R> {
    const all: Step<R>[] = [];
    let mayBeBack = false;
    for (const rule of this.question.rulesOf(chain)) {
      const step = this.stepOf(rule);
      if (!step) continue;
      all.push(step);
      const closed = step.asks.length === 0 ? this.closedBy(step, depth) : undefined;
      if (closed === "back" || (closed && mayBeBack)) return { all, closed: undefined };
      if (closed) return { all, closed };
      mayBeBack ||= step.end === "back" || step.end === "goto";
    }
    return { all, closed: undefined };
  }

  /** What ends with a step that asks for no destination, protocol or port. */
  private closedBy({ end, isSure, next }: Step<R>, depth: number): Steps<R>["closed"] | "back" {
    if (end === "open") return "open";
    if (next === "") return !isSure ? undefined : end === "back" ? "back" : "refuse";
    const inner = depth > 0 ? this.stepsOf(next, depth - 1).closed : undefined;
    if (inner === "open" || (inner && isSure)) return inner;
    return end === "goto" && isSure ? "back" : undefined;
  }

  /** Undefined for a rule that leaves every packet to the next one, or of which nothing can be sure. */
  private stepOf(rule: R): Step<R> | undefined {
    const { isHeld, isLeftOut, situation } = this.question;
    const { target } = rule;
    const asks: Clause[] = [];
    let isSure = true;
    for (const clause of rule.clauses) {
      const holds = holdsInSituation(clause, situation);
      if (holds === "no") return undefined;
      if (holds === undefined) asks.push(clause);
      else if (holds === "maybe") isSure = false;
    }
    if (target.kind === "jump" || target.kind === "goto") {
      if (isLeftOut(target.chain)) return undefined;
      return isHeld(target.chain)
        ? { rule, isSure, asks, end: target.kind, next: target.chain }
        : { rule, isSure, asks, end: "open", next: "" };
    }
    const end = endOf(rule);
    if (!end || (end === "refuse" && !isSure)) return undefined;
    return { rule, isSure, asks, end, next: "" };
  }
}

function endOf(rule: Judged): "open" | "refuse" | "back" | undefined {
  const { kind } = rule.target;
  if (kind === "drop" || kind === "reject") return "refuse";
  if (kind === "return") return "back";
  return decides(rule, () => false) ? "open" : undefined;
}

function outcomeOf<R>({ rule, end }: Step<R>): Outcome<R> {
  return end === "open" || end === "back" ? end : { rule };
}

function meet({ asks, isSure }: Step<unknown>, packet: FirstPacket): Holds {
  let isCertain = isSure;
  for (const clause of asks) {
    const holds = holdsForPacket(clause, packet);
    if (holds === "no") return "no";
    if (holds === "maybe") isCertain = false;
  }
  return isCertain ? "yes" : "maybe";
}

/** A refusal of destinations, whatever the port: for an address that is not known it is neither sure nor named. */
function namesNoPort({ end, asks }: Step<unknown>): boolean {
  const isOfPorts = ({ kind }: Clause) => kind === "transport" || kind === "multiport";
  return end === "refuse" && asks.some(({ kind }) => kind === "destination") && !asks.some(isOfPorts);
}

/** Places of rules by the network that they ask for, or else by the ports. */
class DestinationIndex {
  private readonly byNetwork = new Map<number, Map<bigint, number[]>>();
  private readonly byPort = new Map<number, number[]>();
  private readonly others: number[] = [];

  constructor(rules: readonly (readonly Clause[])[], isAnswer: boolean) {
    for (const [place, asks] of rules.entries()) {
      const network = networkOf(asks);
      const ports = network ? undefined : portsOf(asks, isAnswer);
      if (network) this.add(network.prefix, network.base, place);
      else if (ports) for (const port of ports) addTo(this.byPort, port, place);
      else this.others.push(place);
    }
  }

  private add(prefix: number, base: bigint, place: number): void {
    let bases = this.byNetwork.get(prefix);
    if (!bases) this.byNetwork.set(prefix, (bases = new Map()));
    addTo(bases, base, place);
  }

  placesFor({ address, port }: FirstPacket): number[] {
    const found = [...this.others, ...(this.byPort.get(port) ?? [])];
    const bits = addressBits(address!.family);
    for (const [prefix, bases] of this.byNetwork) {
      const host = BigInt(bits - prefix);
      const places = bases.get((address!.value >> host) << host);
      if (places) for (const place of places) found.push(place);
    }
    return found.length === this.others.length ? found : found.sort((a, b) => a - b);
  }
}

/** The ports that a rule names one by one: of answers those that they come from. */
function portsOf(asks: readonly Clause[], isAnswer: boolean): ReadonlySet<number> | undefined {
  for (const clause of asks) {
    const named = namedPorts(clause, isAnswer);
    if (named === undefined) continue;
    const ports = named.split(",");
    if (ports.every((port) => /^\d+$/.test(port))) return new Set(ports.map(Number));
  }
  return undefined;
}

function namedPorts(clause: Clause, isAnswer: boolean): string | undefined {
  if (clause.kind === "multiport")
    return !clause.negated && clause.side === (isAnswer ? "source" : "destination") ? clause.ports : undefined;
  if (clause.kind !== "transport") return undefined;
  const port = isAnswer ? clause.sourcePort : clause.destinationPort;
  return port?.negated ? undefined : port?.ports;
}

/** Sources are only asked for of answers, and destinations of other packets. */
function networkOf(asks: readonly Clause[]): { readonly prefix: number; readonly base: bigint } | undefined {
  for (const clause of asks) {
    if ((clause.kind !== "destination" && clause.kind !== "source") || clause.negated) continue;
    const cidr = parseCIDR(clause.address);
    if (cidr) return { prefix: cidr.prefix, base: cidr.base };
    const ip = parseIP(clause.address);
    if (ip) return { prefix: addressBits(ip.family), base: ip.value };
  }
  return undefined;
}
