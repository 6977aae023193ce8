/** The captured table that is compared. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { KUBE_PROXY_TABLE, type CapturedNftTable, type NftCapture } from "../../rulesets/nftables/capture.js";
import { printable } from "../../util/printable.js";
import type { NftFamily } from "../../rulesets/nftables/types.js";

export interface SelectedTable {
  /** Undefined when the node has none of the family. */
  readonly table: CapturedNftTable | undefined;
  /** An error among them means that nothing can be compared. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Picks kube-proxy's table of a family; of several captures of it a whole one, and the first of those. */
export function selectTable(captures: readonly NftCapture[], family: NftFamily): SelectedTable {
  const tables = captures.flatMap((capture) => capture.tables);
  const own = tables.filter((table) => table.family === family);
  const table = own.find(({ complete, terse }) => complete && !terse) ?? own[0];
  if (table) {
    const at = { file: table.file, line: table.line };
    if (table.terse)
      return {
        table,
        diagnostics: [
          {
            code: "capture-terse",
            severity: "error",
            message: "the listing leaves out the elements of sets and maps, which say what traffic goes where",
            at,
            notes: ["list without -t (--terse): nft list ruleset"],
          },
        ],
      };
    return { table, diagnostics: [] };
  }
  const [other] = tables;
  const foreign = captures.flatMap((capture) => capture.foreign);
  if (other)
    return {
      table: undefined,
      diagnostics: [
        {
          code: "capture-other-family",
          severity: "error",
          message: `the capture holds table ${other.family} ${KUBE_PROXY_TABLE}, and ${family} is compared`,
          at: { file: other.file, line: other.line },
          notes: [`choose the family with --ip-family ${other.family === "ip6" ? "ipv6" : "ipv4"}`],
        },
      ],
    };
  // The whole ruleset of a node holds several, or what another mode left; one may be what was asked for.
  if (foreign.length > 1 || foreign.some(({ kubeChains }) => kubeChains.length > 0))
    return { table: undefined, diagnostics: [] };
  const [lone] = foreign;
  if (lone)
    return {
      table: undefined,
      diagnostics: [
        {
          code: "capture-no-kube-chains",
          severity: "error",
          message: `the capture holds table ${printable(`${lone.family} ${lone.name}`)} alone, and no table ${family} ${KUBE_PROXY_TABLE}`,
          at: { file: lone.file, line: lone.line },
          notes: ["list all tables, so that a missing one shows: nft list ruleset"],
        },
      ],
    };
  return {
    table: undefined,
    diagnostics: [
      {
        code: "capture-empty",
        severity: "error",
        message: "the capture holds no table of nftables",
        notes: ["expected the output of nft list ruleset, nft list table or nft -j list ruleset"],
      },
    ],
  };
}
