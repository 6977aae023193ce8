/** A captured node as it would be with kube-proxy's own rules right, and those of others as they are. */
import type { Rule, Ruleset, Table } from "../rulesets/iptables/types.js";
import type { NftRuleset } from "../rulesets/nftables/types.js";
import type { TracedNode } from "../trace/types.js";

/** Rules of kubelet stand in it as well. */
const SHARED = "KUBE-FIREWALL";

/** Undefined where a part that kube-proxy fills was not captured, or twice. */
export function restoredNode(held: TracedNode, wanted: TracedNode, hasVirtualServers: boolean): TracedNode | undefined {
  const iptables = restoredAll(held.iptables ?? [], wanted.iptables ?? []);
  const nftables = restoredTables(held.nftables ?? [], wanted.nftables ?? []);
  const servers = wanted.ipvs ?? [];
  if (!iptables || !nftables || (servers.length > 0 && !hasVirtualServers)) return undefined;
  const others = (held.ipvs ?? []).filter(({ family }) => !servers.some((own) => own.family === family));
  return { iptables, nftables, ipvs: [...others, ...servers], facts: held.facts };
}

function restoredAll(held: readonly Ruleset[], wanted: readonly Ruleset[]): readonly Ruleset[] | undefined {
  const all = [...held];
  for (const own of wanted) {
    const at = all.findIndex(({ family }) => family === own.family || family === "unknown");
    const ruleset = all[at];
    const isOnce = own.tables.every(({ name }) => ruleset?.tables.filter((table) => table.name === name).length === 1);
    if (!ruleset || !isOnce) return undefined;
    const tables = ruleset.tables.map((table) => {
      const right = own.tables.find(({ name }) => name === table.name);
      return right ? restoredTable(table, right) : table;
    });
    all[at] = { ...ruleset, tables };
  }
  return all;
}

/** Its jumps stand in front, as kube-proxy puts them. */
function restoredTable(held: Table, { chains, rules }: Table): Table {
  const own = new Set(chains.flatMap(({ name, policy }) => (policy === undefined && name !== SHARED ? [name] : [])));
  const isReplaced = ({ chain, target }: Rule) =>
    own.has(chain) || (!chain.startsWith("KUBE-") && target.kind === "jump" && own.has(target.chain));
  const known = new Set(held.chains.map(({ name }) => name));
  return {
    ...held,
    chains: [...held.chains, ...chains.filter(({ name }) => !known.has(name))],
    rules: [...rules, ...held.rules.filter((rule) => !isReplaced(rule))],
  };
}

function restoredTables(held: readonly NftRuleset[], wanted: readonly NftRuleset[]): readonly NftRuleset[] | undefined {
  const [own] = wanted;
  if (!own) return held;
  const tables = held.flatMap((ruleset) => ruleset.tables);
  const rightOf = (table: (typeof tables)[number]) =>
    own.tables.find(({ family, name }) => table.family === family && table.name === name);
  if (tables.filter(rightOf).length !== own.tables.length) return undefined;
  // Of one priority the chains of the table listed last come first.
  return [{ kind: "nftables", tables: tables.map((table) => rightOf(table) ?? table) }];
}
