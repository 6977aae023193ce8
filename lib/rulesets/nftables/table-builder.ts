/** Puts a captured table together; used by the readers of both forms. */
import type { CapturedNftTable, ChainRules } from "./capture.js";
import type { NftChain, NftFamily, NftRule, NftSet } from "./types.js";

export interface TableBuilder<R extends ChainRules = NftRule[][]> {
  readonly family: NftFamily;
  readonly name: string;
  readonly file: string;
  readonly form: "list" | "json";
  readonly line: number;
  comment: string | undefined;
  dormant?: boolean;
  readonly chains: NftChain[];
  readonly sets: NftSet[];
  /** In the order of `chains`. */
  readonly rulesOfChains: R;
  complete: boolean;
  /** An element list was printed as `...`. */
  sawEllipsis: boolean;
}

export function startTable<R extends ChainRules>(
  family: NftFamily,
  name: string,
  at: { readonly file: string; readonly line: number; readonly form: "list" | "json" },
  makeRules: (chains: readonly NftChain[]) => R,
): TableBuilder<R> {
  const chains: NftChain[] = [];
  return {
    family,
    name,
    ...at,
    comment: undefined,
    chains,
    sets: [],
    rulesOfChains: makeRules(chains),
    complete: false,
    sawEllipsis: false,
  };
}

/**
 * The table. It counts as terse when none of its named sets has an element although rules of services are there:
 * kube-proxy's cluster-ips would hold one for each.
 */
export function finishTable(table: TableBuilder<ChainRules>): CapturedNftTable {
  const { family, name, file, form, line, comment, chains, sets, rulesOfChains, complete, sawEllipsis } = table;
  const terse =
    sawEllipsis ||
    (sets.length > 0 &&
      sets.every(({ elements }) => elements.length === 0) &&
      chains.some((chain) => chain.name.startsWith("service-") && chain.name.includes("/")));
  return {
    family,
    name,
    file,
    form,
    line,
    comment,
    ...(table.dormant && { dormant: true }),
    chains,
    sets,
    rulesOfChains,
    rules: {
      *[Symbol.iterator]() {
        for (let i = 0; i < rulesOfChains.length; i++) yield* rulesOfChains.at(i)!;
      },
    },
    complete,
    terse,
  };
}
