/** Everything that was captured on a node, other owners' rules too, as a node that packets can be traced through. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { readIPVSCapture } from "../diff/ipvs/read-capture.js";
import { familyOfIP } from "../net/ip.js";
import { capturesDisagree } from "../rulesets/captures-disagree.js";
import { differentVariants, isAsGood, sameRules, tablesDisagree } from "../rulesets/iptables/compare-tables.js";
import { parseTable } from "../rulesets/iptables/parse.js";
import type { Ruleset, Table } from "../rulesets/iptables/types.js";
import type { IPVSState } from "../rulesets/ipvs/types.js";
import { tellNftForm, type CapturedNftTable } from "../rulesets/nftables/capture.js";
import { parseNftJSON } from "../rulesets/nftables/parse-json.js";
import { parseNftList } from "../rulesets/nftables/parse-list.js";
import { sameNftTable } from "../rulesets/nftables/same-table.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";
import type { TracedNode } from "../trace/types.js";

export interface CapturedRules {
  /** Of facts of the node only the addresses of its interfaces, and whether they were captured. */
  readonly node: TracedNode;
  /** Whether a listing of IPVS's virtual servers was there, be it an empty one. */
  readonly hasVirtualServers: boolean;
  /** Errors where a rule or a listing is not whole: an answer without it would be a guess. */
  readonly diagnostics: readonly Diagnostic[];
}

const IPTABLES_TABLES = new Set(["filter", "nat", "mangle", "raw", "security"]);

/** Reads captures in any form and mix; the form is told by content. */
export function readCapturedRules(sources: readonly Source[]): CapturedRules {
  const diagnostics: Diagnostic[] = [];
  const nftTables: CapturedNftTable[] = [];
  const others: Source[] = [];
  for (const source of sources) {
    const form = tellNftForm(headOfCapture(source));
    if (form) {
      const parsed = form === "json" ? parseNftJSON(source, true) : parseNftList(source, true);
      nftTables.push(...parsed.tables);
      diagnostics.push(...parsed.diagnostics);
    }
    if (form !== "json") others.push(source);
  }
  const { capture, diagnostics: unread } = readIPVSCapture(others);
  diagnostics.push(...unread);
  const byFamily = new Map<Ruleset["family"], Table[]>();
  const tablesOnce = once(capture.tables ?? [], {
    areOne: (a, b) => a.name === b.name && a.family === b.family && !differentVariants(a, b),
    isSame: sameRules,
    isAsGood,
    disagreement: tablesDisagree,
  });
  diagnostics.push(...tablesOnce.diagnostics);
  for (const captured of tablesOnce.kept) {
    const { table, diagnostics: ofTable } = parseTable(captured);
    diagnostics.push(...ofTable);
    const tables = byFamily.get(captured.family);
    if (tables) tables.push(table);
    else byFamily.set(captured.family, [table]);
  }
  const iptables = [...byFamily].map(([family, tables]): Ruleset => ({ kind: "iptables", family, tables }));
  // iptables' own tables show in nft listings as well, in words that say less.
  const told = new Set(
    iptables.flatMap(({ family, tables }) => tables.map(({ name }) => `${family === "IPv6" ? "ip6" : "ip"} ${name}`)),
  );
  const nftOnce = once(nftTables, {
    areOne: (a, b) => a.family === b.family && a.name === b.name,
    isSame: sameNftTable,
    isAsGood: (a, b) => (a.complete && !a.terse) || !b.complete || b.terse,
    disagreement: (table, earlier) => capturesDisagree(`table ${table.family} ${table.name}`, table, earlier),
  });
  diagnostics.push(...nftOnce.diagnostics);
  const nftables = nftOnce.kept.filter(
    ({ family, name }) => !(IPTABLES_TABLES.has(name) && told.has(`${family} ${name}`)),
  );
  const addresses = (capture.interfaces ?? []).flatMap((own) => own.addresses.map(({ address }) => address));
  return {
    node: {
      iptables,
      nftables: nftables.length > 0 ? [{ kind: "nftables", tables: nftables }] : [],
      ipvs: capture.virtualServers || capture.sets ? ipvsStates(capture) : [],
      facts: { localAddresses: addresses, mayHaveMoreAddresses: !capture.interfaces },
    },
    hasVirtualServers: capture.virtualServers !== undefined,
    diagnostics,
  };
}

interface Repeats<Table> {
  /** Whether both are captures of one table. */
  readonly areOne: (a: Table, b: Table) => boolean;
  readonly isSame: (a: Table, b: Table) => boolean;
  /** Whether the first tells all that the second tells. */
  readonly isAsGood: (a: Table, b: Table) => boolean;
  readonly disagreement: (table: Table, earlier: Table) => Diagnostic;
}

/** Each table once, since a packet meets it once: of two captures the one that tells more; equals that differ are an error. */
function once<Table>(tables: readonly Table[], { areOne, isSame, isAsGood, disagreement }: Repeats<Table>) {
  const kept: Table[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const table of tables) {
    const at = kept.findIndex((other) => areOne(other, table));
    const earlier = kept[at];
    if (!earlier) kept.push(table);
    else if (!isAsGood(earlier, table)) kept[at] = table;
    else if (isAsGood(table, earlier) && !isSame(earlier, table)) diagnostics.push(disagreement(table, earlier));
  }
  return { kept, diagnostics };
}

function ipvsStates({
  virtualServers = [],
  sets = [],
  interfaces = [],
}: ReturnType<typeof readIPVSCapture>["capture"]): IPVSState[] {
  const own = interfaces.find(({ name }) => name === "kube-ipvs0")?.addresses ?? [];
  return (["IPv4", "IPv6"] as const).flatMap((family): IPVSState[] => {
    const servers = virtualServers.filter(({ address }) => familyOfIP(address) === family);
    const ofFamily = sets.filter(
      (set) => set.family === undefined || set.family === (family === "IPv6" ? "inet6" : "inet"),
    );
    // Without a listing of kube-ipvs0 its addresses are those of the virtual servers, or of the set that names them.
    const bound =
      own.length > 0
        ? own.filter(({ address }) => familyOfIP(address) === family)
        : sets
            .filter(({ name }) => name === (family === "IPv6" ? "KUBE-6-IPVS-IPS" : "KUBE-IPVS-IPS"))
            .flatMap(({ entries }) => entries.map(({ text }) => ({ address: text })));
    const addresses = bound.length > 0 ? bound : servers.map(({ address }) => ({ address }));
    if (servers.length === 0 && ofFamily.length === 0) return [];
    return [{ kind: "ipvs", family, virtualServers: servers, sets: ofFamily, addresses }];
  });
}
