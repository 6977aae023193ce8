/** An nftables table made ready to be walked. */
import type { NftChain, NftRule, NftTable } from "../../rulesets/nftables/types.js";
import type { NodeAddresses } from "../local-addresses.js";
import { prepareSet, type SetLookup } from "./sets.js";

export interface NftChainProgram {
  readonly name: string;
  readonly rules: readonly NftRule[];
}

export interface NftProgram {
  readonly table: NftTable;
  readonly chains: ReadonlyMap<string, NftChainProgram>;
  readonly sets: ReadonlyMap<string, SetLookup>;
  readonly addresses: NodeAddresses;
  /** Whether session affinity remembers the address in a dynamic set. */
  readonly remembers: (set: string, address: string) => boolean;
}

/** The chains and sets of a table by name. */
export function prepareNftTable(
  table: NftTable,
  addresses: NodeAddresses,
  remembers: NftProgram["remembers"],
): NftProgram {
  const rules = new Map<string, NftRule[]>(table.chains.map((chain: NftChain) => [chain.name, []]));
  for (const rule of table.rules) {
    const list = rules.get(rule.chain);
    if (list) list.push(rule);
    else rules.set(rule.chain, [rule]);
  }
  return {
    table,
    chains: new Map([...rules].map(([name, list]) => [name, { name, rules: list }])),
    sets: new Map(table.sets.map((set) => [set.name, prepareSet(set)])),
    addresses,
    remembers,
  };
}
