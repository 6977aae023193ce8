/** Puts a captured table together; used by the readers of both forms. */
import type { CapturedNftTable, ChainRules } from "./capture.js";
import { emptyParts, keepParts, type ListedParts } from "./listed-parts.js";
import type { ListedBlocks } from "./listed-blocks.js";
import type { ListedRules } from "./listed-rules.js";
import type { NftChain, NftFamily, NftRule, NftSet } from "./types.js";

export interface TableBuilder<R extends ChainRules = NftRule[][]> {
  readonly family: NftFamily;
  readonly name: string;
  readonly file: string;
  readonly form: "list" | "json";
  readonly line: number;
  readonly othersBefore?: number;
  comment: string | undefined;
  dormant?: boolean;
  mayBeDormant?: boolean;
  readonly chains: NftChain[];
  readonly sets: NftSet[];
  /** In the order of `chains`. */
  readonly rulesOfChains: R;
  complete: boolean;
  /** An element list was printed as `...`. */
  sawEllipsis: boolean;
}

interface TableStart {
  readonly file: string;
  readonly line: number;
  readonly form: "list" | "json";
  readonly othersBefore?: number;
}

export function startTable(family: NftFamily, name: string, at: TableStart): TableBuilder {
  return {
    family,
    name,
    ...at,
    comment: undefined,
    chains: [],
    sets: [],
    rulesOfChains: [],
    complete: false,
    sawEllipsis: false,
  };
}

/** The builder of a table that is read from a listing. */
export interface ListedTable extends Omit<TableBuilder<ListedRules>, "chains" | "sets"> {
  readonly parts: ListedParts;
}

/** `likes`: to be filled with what sets are like, by their marks. */
export function startListedTable(
  family: NftFamily,
  name: string,
  at: TableStart,
  likes: readonly NftSet[],
): ListedTable {
  const parts = emptyParts(likes);
  const rulesOfChains = parts.rules;
  return { family, name, ...at, comment: undefined, parts, rulesOfChains, complete: false, sawEllipsis: false };
}

export function finishTable(table: TableBuilder): CapturedNftTable {
  const { chains, sets } = table;
  return { ...tableOf(table, sets.length > 0 && isTerse(sets, chains)), chains, sets };
}

export function finishListedTable(table: ListedTable): CapturedNftTable {
  const { chains, sets } = table.parts;
  const others = <T extends NftChain | NftSet>(blocks: ListedBlocks<T>) => blocks.others.map((i) => blocks.at(i)!);
  const made: CapturedNftTable = {
    ...tableOf(table, sets.length > 0 && isTerse(others(sets), others(chains))),
    get chains() {
      return chains.all();
    },
    get sets() {
      return sets.all();
    },
  };
  keepParts(made, table.parts);
  return made;
}

/**
 * Whether none of the named sets has an element although rules of services are there: kube-proxy's cluster-ips would hold
 * one for each.
 */
function isTerse(sets: readonly NftSet[], chains: readonly NftChain[]): boolean {
  return (
    sets.every(({ elements }) => elements.length === 0) &&
    chains.some((chain) => chain.name.startsWith("service-") && chain.name.includes("/"))
  );
}

function tableOf(
  table: Omit<TableBuilder<ChainRules>, "chains" | "sets">,
  isTerse: boolean,
): Omit<CapturedNftTable, "chains" | "sets"> {
  const { family, name, file, form, line, othersBefore, comment, rulesOfChains, complete, sawEllipsis } = table;
  return {
    family,
    name,
    file,
    form,
    line,
    comment,
    ...(table.dormant && { dormant: true }),
    ...(table.mayBeDormant && { mayBeDormant: true }),
    ...(othersBefore !== undefined && { othersBefore }),
    rulesOfChains,
    rules: {
      *[Symbol.iterator]() {
        for (let i = 0; i < rulesOfChains.length; i++) yield* rulesOfChains.at(i)!;
      },
    },
    complete,
    terse: sawEllipsis || isTerse,
  };
}
