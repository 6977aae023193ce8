/** The chains of a node's rules by name, in every table and family that was given. */
import type { NftTable } from "../rulesets/nftables/types.js";
import type { RuleHit, TracedNode } from "../trace/types.js";

/** A rule with its place. */
export type PlacedRule = Exclude<RuleHit, { readonly kind: "ipvs" }>;

export interface IndexedChain {
  /** "nat" of iptables, "ip kube-proxy" of nftables. */
  readonly table: string;
  readonly name: string;
  /** Of a base chain of nftables or a built-in one of iptables. */
  readonly hook: string | undefined;
  /** The capture that a table of nftables was read from; iptables rules know their own. */
  readonly file: string | undefined;
  readonly rules: readonly PlacedRule[];
  /** The chain of the same table. */
  readonly sibling: (name: string) => IndexedChain | undefined;
}

export interface RuleIndex {
  readonly chains: readonly IndexedChain[];
  readonly chainsNamed: (name: string) => readonly IndexedChain[];
  readonly tables: readonly NftTable[];
}

interface OpenChain extends Omit<IndexedChain, "rules"> {
  readonly rules: PlacedRule[];
}

const BUILT_IN = new Set(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]);

/** Indexes every rule once. */
export function indexRules({ iptables = [], nftables = [] }: TracedNode): RuleIndex {
  const all: OpenChain[] = [];
  const open = (
    table: string,
    siblings: Map<string, OpenChain>,
    name: string,
    hook?: string,
    file?: string,
  ): OpenChain => {
    let chain = siblings.get(name);
    if (!chain) {
      chain = { table, name, hook, file, rules: [], sibling: (other) => siblings.get(other) };
      siblings.set(name, chain);
      all.push(chain);
    }
    return chain;
  };
  for (const { tables } of iptables)
    for (const table of tables) {
      const siblings = new Map<string, OpenChain>();
      for (const { name } of table.chains) open(table.name, siblings, name, BUILT_IN.has(name) ? name : undefined);
      for (const rule of table.rules) {
        const { rules, name } = open(table.name, siblings, rule.chain);
        rules.push({ kind: "iptables", table: table.name, chain: name, position: rules.length + 1, rule });
      }
    }
  for (const { tables } of nftables)
    for (const table of tables) {
      const siblings = new Map<string, OpenChain>();
      const title = `${table.family} ${table.name}`;
      const file = "file" in table ? (table as NftTable & { readonly file: string }).file : undefined;
      for (const { name, base } of table.chains) open(title, siblings, name, base?.hook, file);
      for (const rule of table.rules) {
        const { rules, name } = open(title, siblings, rule.chain, undefined, file);
        const { family, name: tableName } = table;
        rules.push({ kind: "nftables", family, table: tableName, chain: name, position: rules.length + 1, rule });
      }
    }
  const byName = new Map<string, IndexedChain[]>();
  for (const chain of all) {
    const list = byName.get(chain.name);
    if (list) list.push(chain);
    else byName.set(chain.name, [chain]);
  }
  return {
    chains: all,
    chainsNamed: (name) => byName.get(name) ?? [],
    tables: nftables.flatMap(({ tables }) => tables),
  };
}

/** The chains of the same table that a rule leads to, each once. */
export function chainsEntered(placed: PlacedRule): string[] {
  if (placed.kind === "iptables") {
    const { target } = placed.rule;
    return target.kind === "jump" || target.kind === "goto" ? [target.chain] : [];
  }
  const found = new Set<string>();
  for (const statement of placed.rule.statements) {
    if (statement.kind === "verdict" && "chain" in statement.verdict) found.add(statement.verdict.chain);
    if (statement.kind === "vmap" && "entries" in statement.map)
      for (const { verdict } of statement.map.entries) if ("chain" in verdict) found.add(verdict.chain);
  }
  return [...found];
}

/** Whether a rule asks anything of a packet. */
export function hasConditions(placed: PlacedRule): boolean {
  return placed.kind === "iptables"
    ? placed.rule.clauses.some(({ kind }) => kind !== "comment" && kind !== "nfacct")
    : placed.rule.statements.some(({ kind }) => kind === "match" || kind === "vmap");
}
