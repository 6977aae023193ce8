/** Chains of a table by name and by what they are for: a large table has a hundred thousand, asked for again and again. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { chainAt, partsOf } from "../../rulesets/nftables/listed-parts.js";
import type { NftTable } from "../../rulesets/nftables/types.js";

/** Numbers are places among the table's chains. */
export interface ChainIndex {
  /** Of several chains of one name the last one. */
  readonly placeOf: Pick<ReadonlyMap<string, number>, "get">;
  /** Chains of no service port, in order. */
  readonly own: readonly number[];
  /** Those and the chains of service ports, but for those of single endpoints, in order. */
  readonly notOfEndpoints: readonly number[];
}

const indexes = new WeakMap<NftTable, ChainIndex>();

/** Made once for each table. */
export function chainIndex(table: NftTable | CapturedNftTable): ChainIndex {
  let index = indexes.get(table);
  if (!index) indexes.set(table, (index = makeIndex(table)));
  return index;
}

function makeIndex(table: NftTable | CapturedNftTable): ChainIndex {
  const own: number[] = [];
  const notOfEndpoints: number[] = [];
  const parts = partsOf(table);
  const { length } = parts ? parts.chains.others : table.chains;
  for (let i = 0; i < length; i++) {
    const place = parts ? parts.chains.others[i]! : i;
    const { name } = chainAt(table, place)!;
    if (name.startsWith("endpoint-")) continue;
    notOfEndpoints.push(place);
    if (!name.includes("/")) own.push(place);
  }
  const known = "rulesOfChains" in table ? table.rulesOfChains.placeOf : undefined;
  return { placeOf: known ?? new Map(table.chains.map(({ name }, i) => [name, i])), own, notOfEndpoints };
}
