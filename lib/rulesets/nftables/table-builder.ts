/** Puts a captured table together; used by the readers of both forms. */
import type { CapturedNftTable } from "./capture.js";
import type { NftChain, NftFamily, NftRule, NftSet } from "./types.js";

export interface TableBuilder {
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
  readonly rulesOfChains: NftRule[][];
  complete: boolean;
  /** An element list was printed as `...`. */
  sawEllipsis: boolean;
}

export function startTable(
  family: NftFamily,
  name: string,
  at: { readonly file: string; readonly line: number; readonly form: "list" | "json" },
): TableBuilder {
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

/**
 * The table. It counts as terse when none of its named sets has an element although rules of services are there:
 * kube-proxy's cluster-ips would hold one for each.
 */
export function finishTable(table: TableBuilder): CapturedNftTable {
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
        for (const rules of rulesOfChains) yield* rules;
      },
    },
    complete,
    terse,
  };
}
