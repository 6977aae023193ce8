/** What a KUBE-SVC or KUBE-SVL chain does with a connection. */
import type { TextBlock } from "../../rulesets/iptables/capture.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import { isEndpointChain, MARK_MASQ } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { readEndpointChain, readPlainEndpoint, remembersSources } from "./read-endpoint.js";
import type { Side } from "./side.js";
import { keepsPackets } from "./taken-packets.js";

export interface Dispatch {
  /** Share of new connections by endpoint, as packets see it: the product along the chain. */
  readonly shares: ReadonlyMap<string, number>;
  /** Seconds of affinity; undefined when no rule looks clients up. */
  readonly affinitySeconds: number | undefined;
  /** Endpoints at which affinity does not work although others have it. */
  readonly affinityGaps: ReadonlySet<string>;
  readonly hairpin: ReadonlySet<string>;
  /** Masquerading before the endpoints: where to, and of which traffic, e.g. "! -s 10.244.0.0/16" or "all". */
  readonly masquerades: readonly { readonly address: string; readonly port: string; readonly traffic: string }[];
  /** Lines in save spelling. */
  readonly evidence: readonly string[];
  readonly odd: readonly KubeRule[];
  /** Those of them that keep some packets from the rules behind. */
  readonly taking: readonly KubeRule[];
}

export const NO_DISPATCH: Dispatch = {
  shares: new Map(),
  affinitySeconds: undefined,
  affinityGaps: new Set(),
  hairpin: new Set(),
  masquerades: [],
  evidence: [],
  odd: [],
  taking: [],
};

/** Reads a chain rule by rule as a packet meets it. `protocol`: of the service port, lower case. */
export function readDispatch(side: Side, chain: string, protocol: string | undefined): Dispatch {
  const rules = side.rulesOf("nat", chain);
  if (rules.length === 0) return NO_DISPATCH;
  const shares = new Map<string, number>();
  const hairpin = new Set<string>();
  const evidence = rules.map(({ text }) => text);
  const odd: KubeRule[] = [];
  const taking: KubeRule[] = [];
  const keeps = (rule: KubeRule) => keepsPackets(rule, side, "nat");
  const masquerades: { address: string; port: string; traffic: string }[] = [];
  /** By endpoint: seconds looked up before the choice is made. */
  const lookups = new Map<string, number>();
  const remembering = new Set<string>();
  const endpoints = new Map<string, ReturnType<typeof readEndpointChain>>();
  const endpointOf = (sep: string) => {
    let endpoint = endpoints.get(sep);
    if (!endpoint) {
      const text = textOfBlock(side.chain("nat", sep)?.block);
      const plain = text === undefined ? undefined : readPlainEndpoint(text, side.family, protocol);
      const own = plain ? [] : side.rulesOf("nat", sep);
      endpoint = plain ?? readEndpointChain(own, protocol, keeps);
      endpoints.set(sep, endpoint);
      evidence.push(...(plain ? text!.split("\n") : own.map((rule) => rule.text)));
      odd.push(...endpoint.odd);
      taking.push(...endpoint.taking);
      if (endpoint.target !== undefined && endpoint.hairpin) hairpin.add(endpoint.target);
      if (endpoint.target !== undefined && endpoint.remembers === sep) remembering.add(endpoint.target);
    }
    return endpoint;
  };
  let left = 1;
  let chosen = false;
  for (const rule of rules) {
    const { clauses, target } = rule;
    const masquerade = readMasquerade(rule, protocol);
    if (masquerade) {
      // Behind a rule that sends connections on, it misses them.
      if (chosen || lookups.size > 0) odd.push(rule);
      else masquerades.push(masquerade);
      continue;
    }
    if ((target.kind !== "jump" && target.kind !== "goto") || !isEndpointChain(target.chain)) {
      odd.push(rule);
      if (left === 0 || !keeps(rule)) continue;
      taking.push(rule);
      // What holds for every packet leaves none to the rules behind.
      if (clauses.length === 0) left = 0;
      continue;
    }
    const { target: endpoint } = endpointOf(target.chain);
    const lookup = readLookup(clauses, target.chain);
    if (lookup !== undefined) {
      if (!chosen && endpoint !== undefined) lookups.set(endpoint, lookup);
      else if (endpoint !== undefined) odd.push(rule);
      continue;
    }
    const probability = readProbability(clauses);
    if (probability === undefined) {
      odd.push(rule);
      continue;
    }
    chosen = true;
    // A chain that does not DNAT gives the packet back, and the next rule decides.
    if (endpoint === undefined) continue;
    const share = left * probability;
    if (share > 0) shares.set(endpoint, (shares.get(endpoint) ?? 0) + share);
    left -= share;
    if (left < 1e-12) left = 0;
  }
  return { shares, ...readAffinity(shares, lookups, remembering), hairpin, masquerades, evidence, odd, taking };
}

function textOfBlock(block: TextBlock | undefined): string | undefined {
  return block?.text.slice(block.start, block.end);
}

function readAffinity(
  shares: ReadonlyMap<string, number>,
  lookups: ReadonlyMap<string, number>,
  remembering: ReadonlySet<string>,
): Pick<Dispatch, "affinitySeconds" | "affinityGaps"> {
  const [affinitySeconds] = lookups.values();
  if (affinitySeconds === undefined) {
    // Remembering without looking up is half of it, and of no use.
    return { affinitySeconds: undefined, affinityGaps: new Set() };
  }
  const gaps = [...shares.keys()].filter((e) => lookups.get(e) !== affinitySeconds || !remembering.has(e));
  return { affinitySeconds, affinityGaps: new Set(gaps) };
}

/** `-d ADDRESS -p tcp --dport PORT [condition] -j KUBE-MARK-MASQ`. */
function readMasquerade(
  { clauses, target }: KubeRule,
  protocol: string | undefined,
): { address: string; port: string; traffic: string } | undefined {
  if (target.kind !== "jump" || target.chain !== MARK_MASQ) return undefined;
  let address: string | undefined;
  let port: string | undefined;
  let traffic = "all";
  for (const clause of clauses) {
    if (clause.kind === "destination" && !clause.negated) address = clause.address;
    else if (clause.kind === "transport" && clause.destinationPort && !clause.destinationPort.negated) {
      if (protocol !== undefined && clause.protocol !== protocol) return undefined;
      port = clause.destinationPort.ports;
    } else if ((clause.kind === "source" || clause.kind === "in-interface") && traffic === "all")
      traffic = trafficText(clause);
    else return undefined;
  }
  return address === undefined || port === undefined ? undefined : { address, port, traffic };
}

/** "! -s 10.244.0.0/16", "-i cni0": the clause as it is written. */
export function trafficText(clause: Clause): string {
  const not = "negated" in clause && clause.negated ? "! " : "";
  if (clause.kind === "source") return `${not}-s ${clause.address}`;
  return clause.kind === "in-interface" ? `${not}-i ${clause.name}` : clause.kind;
}

function readLookup(clauses: readonly Clause[], chain: string): number | undefined {
  const [recent] = clauses;
  if (clauses.length !== 1 || recent?.kind !== "recent") return undefined;
  const works =
    recent.action === "rcheck" && !recent.negated && recent.reap && recent.name === chain && remembersSources(recent);
  return works ? (recent.seconds ?? 0) : undefined;
}

/** The probability of a choice; undefined when the rule has another condition. */
function readProbability(clauses: readonly Clause[]): number | undefined {
  const [statistic] = clauses;
  if (clauses.length === 0) return 1;
  if (clauses.length !== 1 || statistic?.kind !== "statistic" || statistic.rest) return undefined;
  return statistic.negated ? 1 - statistic.probability : statistic.probability;
}
