/** What a node's own rules tell of kube-proxy's configuration. */
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import { SERVICES, serviceHashOf } from "./kube-chains.js";
import type { SideTables } from "./side.js";

export interface InferredSettings {
  /** Assignments to fields of the KubeProxyConfiguration, "PATH=VALUE", each with the sentence that says it. */
  readonly settings: readonly { readonly assignment: string; readonly words: string }[];
  readonly nfacct: boolean | undefined;
  readonly randomFully: boolean | undefined;
  /** Addresses of the host that node ports are served at, where not all are. */
  readonly nodePortAddresses: readonly string[];
  /** "ip:port" of the endpoints of KUBE-SVL chains: they are on this node. */
  readonly localEndpoints: readonly string[];
}

/** Reads masquerade bit, local detection, localhost node ports and node-port addresses from the rules. */
export function inferSettings(tables: SideTables): InferredSettings {
  const settings: { assignment: string; words: string }[] = [];
  const nat = tables.get("nat")?.chains;
  const linesOf = (table: "nat" | "filter", chain: string) => tables.get(table)?.chains.get(chain)?.texts ?? [];
  const bit = masqueradeBit(linesOf("nat", "KUBE-MARK-MASQ"));
  if (bit !== undefined)
    settings.push({ assignment: `iptables.masqueradeBit=${bit}`, words: `masquerade bit ${bit}, from KUBE-MARK-MASQ` });
  settings.push(...localDetection(nat));
  const tail = linesOf("nat", SERVICES).filter((line) => line.endsWith(" -j KUBE-NODEPORTS"));
  if (tail.some((line) => line.includes(" ! -d 127.0.0.0/8 ")))
    settings.push({
      assignment: "iptables.localhostNodePorts=false",
      words: "no node ports on 127.0.0.0/8, from the last rule of KUBE-SERVICES",
    });
  const addresses = tail.flatMap((line) => / -d (\S+)\/(?:32|128) /.exec(line.replace(/! -d \S+/, ""))?.[1] ?? []);
  if (addresses.length > 0)
    settings.push({
      assignment: `nodePortAddresses=${addresses.map((a) => `${a}/${a.includes(":") ? 128 : 32}`).join(",")}`,
      words: `node ports at ${addresses.join(", ")} only, from the last rules of KUBE-SERVICES`,
    });
  const forward = linesOf("filter", "KUBE-FORWARD");
  const masquerade = linesOf("nat", "KUBE-POSTROUTING").filter((line) => line.includes(" -j MASQUERADE"));
  return {
    settings,
    nfacct: forward.length > 0 ? forward.some((line) => line.includes(" -m nfacct ")) : undefined,
    randomFully: masquerade.length > 0 ? masquerade.some((line) => line.includes(" --random-fully")) : undefined,
    nodePortAddresses: addresses,
    localEndpoints: localEndpoints(tables),
  };
}

function clausesOf(line: string): readonly Clause[] {
  const parsed = parseRule(line);
  return "rule" in parsed ? parsed.rule.clauses : [];
}

function masqueradeBit(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const parsed = parseRule(line);
    if (!("rule" in parsed) || parsed.rule.target.kind !== "mark") continue;
    const bit = Math.log2(parsed.rule.target.value);
    if (Number.isInteger(bit)) return bit;
  }
  return undefined;
}

/** Service chains that are asked for the condition; it is the same for all. */
const CHAINS_ASKED = 500;

/** The commonest condition of the masquerade rules of cluster IPs. */
function localDetection(chains: ReadonlyMap<string, { readonly texts: readonly string[] }> | undefined) {
  const counts = new Map<string, { count: number; clause: Clause | undefined }>();
  let clusterChains = 0;
  for (const [name, chain] of chains ?? []) {
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
      else counts.set(key, { count: 1, clause });
    }
  }
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  if (clusterChains === 0) return [];
  if (!best) return [{ assignment: "clusterCIDR=", words: "no local traffic detection, from the KUBE-SVC chains" }];
  const { clause } = best;
  if (!clause) return [{ assignment: "iptables.masqueradeAll=true", words: "masqueradeAll, from the KUBE-SVC chains" }];
  if (clause.kind === "source")
    return [
      {
        assignment: `clusterCIDR=${clause.address}`,
        words: `local pods in ${clause.address}, from the KUBE-SVC chains`,
      },
    ];
  if (clause.kind !== "in-interface") return [];
  const prefix = clause.name.endsWith("+");
  const name = prefix ? clause.name.slice(0, -1) : clause.name;
  return [
    {
      assignment: `detectLocalMode=${prefix ? "InterfaceNamePrefix" : "BridgeInterface"}`,
      words: `local pods at interface ${clause.name}, from the KUBE-SVC chains`,
    },
    { assignment: `detectLocal.${prefix ? "interfaceNamePrefix" : "bridgeInterface"}=${name}`, words: "" },
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
