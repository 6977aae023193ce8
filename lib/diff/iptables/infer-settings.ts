/** What a node's own rules tell of kube-proxy's configuration. */
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import type { Evidence, InferredSetting } from "../inferred.js";
import { SERVICES, serviceHashOf } from "./kube-chains.js";
import type { SideTables } from "./side.js";

export interface InferredSettings {
  readonly settings: readonly InferredSetting[];
  readonly nfacct: boolean | undefined;
  readonly randomFully: boolean | undefined;
  /** Addresses of the host that node ports are served at, where not all are. */
  readonly nodePortAddresses: readonly string[];
  /** "ip:port" of the endpoints of KUBE-SVL chains: they are on this node. */
  readonly localEndpoints: readonly string[];
}

/** Reads masquerade bit, local detection, localhost node ports and node-port addresses from the rules. */
export function inferSettings(tables: SideTables): InferredSettings {
  const told = (table: "nat" | "filter", chain: string, has: (text: string) => boolean) =>
    evidenceIn(tables, table, chain, has);
  const linesOf = (table: "nat" | "filter", chain: string) => tables.get(table)?.chains.get(chain)?.texts ?? [];
  const tail = told("nat", SERVICES, (line) => line.endsWith(" -j KUBE-NODEPORTS"));
  const served = tail.flatMap((evidence) => {
    const address = / -d (\S+)\/(?:32|128) /.exec(evidence.text.replace(/! -d \S+/, ""))?.[1];
    return address === undefined ? [] : [{ address, evidence }];
  });
  const addresses = served.map(({ address }) => address);
  const forward = linesOf("filter", "KUBE-FORWARD");
  const masquerade = linesOf("nat", "KUBE-POSTROUTING").filter((line) => line.includes(" -j MASQUERADE"));
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
    nfacct: forward.length > 0 ? forward.some((line) => line.includes(" -m nfacct ")) : undefined,
    randomFully: masquerade.length > 0 ? masquerade.some((line) => line.includes(" --random-fully")) : undefined,
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
  for (const [name, chain] of tables.get("nat")?.chains ?? []) {
    if (serviceHashOf(name) === undefined || !/^KUBE-SV[CL]-/.test(name)) continue;
    // An empty chain says nothing: the capture may break off before its rules.
    if (chain.texts.length === 0) continue;
    if (++clusterChains > CHAINS_ASKED) break;
    for (const line of chain.texts) {
      if (!line.endsWith(" -j KUBE-MARK-MASQ")) continue;
      const clause = clausesOf(line).find((c) => c.kind === "source" || c.kind === "in-interface");
      const key = JSON.stringify(clause ?? null);
      const seen = counts.get(key);
      if (seen) seen.count++;
      else counts.set(key, { count: 1, clause, evidence: evidenceIn(tables, "nat", name, (text) => text === line) });
    }
  }
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  return { best, clusterChains };
}

const FROM = "from the KUBE-SVC chains";

function localDetection(tables: SideTables): InferredSetting[] {
  const { best, clusterChains } = commonestCondition(tables);
  if (clusterChains === 0) return [];
  if (!best) return [{ assignment: "clusterCIDR=", words: `no local traffic detection, ${FROM}`, evidence: [] }];
  const { clause } = best;
  const evidence = best.evidence.slice(0, 1);
  if (!clause) return [{ assignment: "iptables.masqueradeAll=true", words: `masqueradeAll, ${FROM}`, evidence }];
  if (clause.kind === "source")
    return [
      { assignment: `clusterCIDR=${clause.address}`, words: `local pods in ${clause.address}, ${FROM}`, evidence },
    ];
  if (clause.kind !== "in-interface") return [];
  const prefix = clause.name.endsWith("+");
  const name = prefix ? clause.name.slice(0, -1) : clause.name;
  return [
    {
      assignment: `detectLocalMode=${prefix ? "InterfaceNamePrefix" : "BridgeInterface"}`,
      words: `local pods at interface ${clause.name}, ${FROM}`,
      evidence,
    },
    { assignment: `detectLocal.${prefix ? "interfaceNamePrefix" : "bridgeInterface"}=${name}`, words: "", evidence },
  ];
}

function localEndpoints(tables: SideTables): string[] {
  const found = new Set<string>();
  const chains = tables.get("nat")?.chains;
  for (const [name, chain] of chains ?? []) {
    if (!name.startsWith("KUBE-SVL-")) continue;
    for (const line of chain.texts) {
      const sep = / -j (KUBE-SEP-\S+)$/.exec(line)?.[1];
      for (const rule of (sep && chains?.get(sep)?.texts) || []) {
        const to = / --to-destination (\S+)/.exec(rule)?.[1];
        if (to) found.add(to);
      }
    }
  }
  return [...found];
}
