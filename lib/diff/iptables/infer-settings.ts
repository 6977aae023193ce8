/** What a node's own rules tell of kube-proxy's configuration. */
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import { noLocalDetection, type Evidence, type InferredSetting } from "../inferred.js";
import { SERVICES, serviceHashOf } from "./kube-chains.js";
import { namesWith } from "../../rulesets/iptables/capture.js";
import type { SideChain, SideTables } from "./side.js";

export interface InferredSettings {
  readonly settings: readonly InferredSetting[];
  /** The rule of KUBE-FORWARD that has nfacct counters. */
  readonly nfacct?: Evidence;
  readonly randomFully?: boolean;
  /** The rule that tells `randomFully`. */
  readonly masquerade?: Evidence;
  /** Addresses of the host that node ports are served at, where not all are. */
  readonly nodePortAddresses: readonly string[];
  /** "ip:port" of the endpoints of KUBE-SVL chains: they are on this node. */
  readonly localEndpoints: readonly string[];
}

/** Reads masquerade bit, local detection, localhost node ports and node-port addresses from the rules. */
export function inferSettings(tables: SideTables): InferredSettings {
  const told = (table: "nat" | "filter", chain: string, has: (text: string) => boolean) =>
    evidenceIn(tables, table, chain, has);
  const tail = told("nat", SERVICES, (line) => line.endsWith(" -j KUBE-NODEPORTS"));
  const served = tail.flatMap((evidence) => {
    const address = / -d (\S+)\/(?:32|128) /.exec(evidence.text.replace(/! -d \S+/, ""))?.[1];
    return address === undefined ? [] : [{ address, evidence }];
  });
  const addresses = served.map(({ address }) => address);
  const [nfacct] = told("filter", "KUBE-FORWARD", (line) => line.includes(" -m nfacct "));
  const masquerades = told("nat", "KUBE-POSTROUTING", (line) => line.includes(" -j MASQUERADE"));
  const masquerade = masquerades.find(({ text }) => text.includes(" --random-fully")) ?? masquerades[0];
  return {
    settings: [
      ...masqueradeBit(told("nat", "KUBE-MARK-MASQ", () => true)),
      ...localDetection(tables),
      ...withoutLocalhost(tail),
      ...(addresses.length > 0
        ? [
            nodePortsAt(
              addresses,
              served.map(({ evidence }) => evidence),
            ),
          ]
        : []),
    ],
    ...(nfacct && { nfacct }),
    ...(masquerade && { masquerade, randomFully: masquerade.text.includes(" --random-fully") }),
    nodePortAddresses: addresses,
    localEndpoints: localEndpoints(tables),
  };
}

/** Rules of a chain, with their places. */
function evidenceIn(
  tables: SideTables,
  table: "nat" | "filter",
  chain: string,
  has: (text: string) => boolean,
): Evidence[] {
  const { chains, file } = tables.get(table) ?? {};
  const { texts = [], lines } = chains?.get(chain) ?? {};
  return texts.flatMap((text, i): Evidence[] => {
    const line = lines?.[i];
    if (!has(text)) return [];
    return [{ text, ...(file !== undefined && line !== undefined && { at: { file, line } }) }];
  });
}

/** The chains of table nat whose names begin so. */
function* chainsWith(tables: SideTables, prefix: string): Iterable<[string, SideChain]> {
  const chains = tables.get("nat")?.chains;
  if (chains) for (const name of namesWith(chains, prefix)) yield [name, chains.get(name)!];
}

function withoutLocalhost(tail: readonly Evidence[]): InferredSetting[] {
  const evidence = tail.filter(({ text }) => text.includes(" ! -d 127.0.0.0/8 "));
  const words = "no node ports on 127.0.0.0/8, from the last rule of KUBE-SERVICES";
  return evidence.length > 0 ? [{ assignment: "iptables.localhostNodePorts=false", words, evidence }] : [];
}

function nodePortsAt(addresses: readonly string[], evidence: readonly Evidence[]): InferredSetting {
  return {
    assignment: `nodePortAddresses=${addresses.map((a) => `${a}/${a.includes(":") ? 128 : 32}`).join(",")}`,
    words: `node ports at ${addresses.join(", ")} only, from the last rules of KUBE-SERVICES`,
    evidence,
  };
}

function clausesOf(line: string): readonly Clause[] {
  const parsed = parseRule(line);
  return "rule" in parsed ? parsed.rule.clauses : [];
}

function masqueradeBit(rules: readonly Evidence[]): InferredSetting[] {
  for (const rule of rules) {
    const parsed = parseRule(rule.text);
    if (!("rule" in parsed) || parsed.rule.target.kind !== "mark") continue;
    const bit = Math.log2(parsed.rule.target.value);
    const words = `masquerade bit ${bit}, from KUBE-MARK-MASQ`;
    if (Number.isInteger(bit)) return [{ assignment: `iptables.masqueradeBit=${bit}`, words, evidence: [rule] }];
  }
  return [];
}

/** Service chains that are asked for the condition; it is the same for all. */
const CHAINS_ASKED = 500;

/** The commonest condition of the masquerade rules of cluster IPs, with the first rule that has it. */
function commonestCondition(tables: SideTables) {
  const counts = new Map<string, { count: number; clause: Clause | undefined; readonly evidence: Evidence[] }>();
  let clusterChains = 0;
  let firstChain: string | undefined;
  for (const [name, { texts }] of chainsWith(tables, "KUBE-SV")) {
    if (serviceHashOf(name) === undefined) continue;
    // An empty chain says nothing: the capture may break off before its rules.
    if (texts.length === 0) continue;
    if (++clusterChains > CHAINS_ASKED) break;
    firstChain ??= name;
    for (const line of texts) {
      if (!line.endsWith(" -j KUBE-MARK-MASQ")) continue;
      const clause = clausesOf(line).find(isOfPods);
      const key = JSON.stringify(clause ?? null);
      const seen = counts.get(key);
      if (seen) seen.count++;
      else counts.set(key, { count: 1, clause, evidence: evidenceIn(tables, "nat", name, (text) => text === line) });
    }
  }
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  return { best, firstChain };
}

type PodClause = Extract<Clause, { kind: "source" | "in-interface" }>;

const isOfPods = (clause: Clause): clause is PodClause => clause.kind === "source" || clause.kind === "in-interface";

/** The rule by which pods take the short circuit of a Local policy: with it, rules tell pods from others. */
function podTraffic(tables: SideTables): { readonly clause: PodClause; readonly evidence: Evidence[] } | undefined {
  let asked = 0;
  for (const [name, { texts }] of chainsWith(tables, "KUBE-EXT-")) {
    if (++asked > CHAINS_ASKED) return undefined;
    for (const line of texts) {
      const clause = / -j KUBE-SVC-\S+$/.test(line) ? clausesOf(line).find(isOfPods) : undefined;
      if (clause) return { clause, evidence: evidenceIn(tables, "nat", name, (text) => text === line).slice(0, 1) };
    }
  }
  return undefined;
}

const FROM = "from the KUBE-SVC chains";

function localDetection(tables: SideTables): InferredSetting[] {
  const { best, firstChain } = commonestCondition(tables);
  if (firstChain === undefined) return [];
  const clause = best?.clause;
  if (clause && isOfPods(clause)) return detectionBy(clause, FROM, best.evidence.slice(0, 1));
  const pods = podTraffic(tables);
  const detection = pods ? detectionBy(pods.clause, "from the KUBE-EXT chains", pods.evidence) : [];
  if (!best)
    return pods ? detection : [noLocalDetection(evidenceIn(tables, "nat", firstChain, () => true).slice(0, 1))];
  const masqueradeAll = { assignment: "iptables.masqueradeAll=true", words: `masqueradeAll, ${FROM}` };
  return [{ ...masqueradeAll, evidence: best.evidence.slice(0, 1) }, ...detection];
}

function detectionBy(clause: PodClause, from: string, evidence: readonly Evidence[]): InferredSetting[] {
  if (clause.kind === "source")
    return [
      { assignment: `clusterCIDR=${clause.address}`, words: `local pods in ${clause.address}, ${from}`, evidence },
    ];
  const prefix = clause.name.endsWith("+");
  const name = prefix ? clause.name.slice(0, -1) : clause.name;
  return [
    {
      assignment: `detectLocalMode=${prefix ? "InterfaceNamePrefix" : "BridgeInterface"}`,
      words: `local pods at interface ${clause.name}, ${from}`,
      evidence,
    },
    { assignment: `detectLocal.${prefix ? "interfaceNamePrefix" : "bridgeInterface"}=${name}`, words: "", evidence },
  ];
}

function localEndpoints(tables: SideTables): string[] {
  const found = new Set<string>();
  const chains = tables.get("nat")?.chains;
  for (const [, { texts }] of chainsWith(tables, "KUBE-SVL-")) {
    for (const line of texts) {
      const sep = / -j (KUBE-SEP-\S+)$/.exec(line)?.[1];
      for (const rule of (sep && chains?.get(sep)?.texts) || []) {
        const to = / --to-destination (\S+)/.exec(rule)?.[1];
        if (to) found.add(to);
      }
    }
  }
  return [...found];
}
