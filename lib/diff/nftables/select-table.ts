/** The captured table that is compared. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { KUBE_PROXY_TABLE, type CapturedNftTable, type NftCapture } from "../../rulesets/nftables/capture.js";
import { capturesDisagree } from "../../rulesets/captures-disagree.js";
import { partsOf } from "../../rulesets/nftables/listed-parts.js";
import { sameNftTable } from "../../rulesets/nftables/same-table.js";
import { printable } from "../../util/printable.js";
import type { NftFamily } from "../../rulesets/nftables/types.js";

export interface SelectedTable {
  /** Undefined when the node has none of the family. */
  readonly table: CapturedNftTable | undefined;
  /** An error among them means that nothing can be compared. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Picks kube-proxy's table of a family; of several captures of it a whole one. Whole ones that differ are an error. */
export function selectTable(captures: readonly NftCapture[], family: NftFamily): SelectedTable {
  const tables = captures.flatMap((capture) => capture.tables);
  const own = tables.filter((table) => table.family === family);
  const whole = own.filter((held) => held.complete && !held.terse && lackingOf(held) === undefined);
  const table = whole[0] ?? own[0];
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
    const lacking = lackingOf(table);
    if (lacking !== undefined)
      return {
        table,
        diagnostics: [
          {
            code: "capture-in-part",
            severity: "error",
            message: `the listing holds none of the ${lacking} of table ${family} ${KUBE_PROXY_TABLE}: it is no whole table`,
            at,
            notes: ["list the whole table, not one of its objects: nft list ruleset"],
          },
        ],
      };
    const differing = whole.slice(1).find((again) => !sameNftTable(table, again));
    const what = `table ${family} ${KUBE_PROXY_TABLE}`;
    return { table, diagnostics: differing ? [capturesDisagree(what, differing, table)] : [] };
  }
  const [other] = tables;
  const beside = captures.flatMap((capture) => capture.foreign);
  const foreign = beside.filter(({ byIptables }) => !byIptables);
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
        message:
          beside.length > 0
            ? `the capture holds what iptables shows, and nothing of nft: whether there is a table ${family} ${KUBE_PROXY_TABLE} is not known`
            : "the capture holds no table of nftables",
        ...(beside[0] && { at: { file: beside[0].file, line: beside[0].line } }),
        notes: ["expected the output of nft list ruleset, nft list table or nft -j list ruleset"],
      },
    ],
  };
}

/**
 * What `nft list chain`, `list map` and their like leave out: kube-proxy makes chains, sets and maps together, and none
 * of them can go while another names it. Undefined of a whole table, of an empty one, and of one that breaks off.
 */
function lackingOf(table: CapturedNftTable): string | undefined {
  if (!table.complete) return undefined;
  const { chains, sets } = partsOf(table) ?? table;
  if (chains.length === 0 && sets.length > 0) return "chains";
  return sets.length === 0 && chains.length > 0 ? "sets and maps" : undefined;
}
