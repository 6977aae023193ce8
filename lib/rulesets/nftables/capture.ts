/** What a node holds, as read from `nft list ruleset`: kube-proxy's tables, and what stands beside them. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Source } from "../../source/source.js";
import type { NftFamily, NftRule, NftTable } from "./types.js";

/** The rules of each chain of a table, in the order of its chains. */
export interface ChainRules {
  readonly length: number;
  /** Undefined at a place where no chain is. */
  at(place: number): readonly NftRule[] | undefined;
  /**
   * What `listRules` makes of rules that are the same, where the listing has them so; without it, or undefined, only
   * the rules themselves tell.
   */
  readonly textAt?: (place: number) => string | undefined;
  /** Places of the chains by name; of several chains of one name the last one's. */
  readonly placeOf?: Pick<ReadonlyMap<string, number>, "get">;
}

export interface CapturedNftTable extends NftTable {
  readonly rulesOfChains: ChainRules;
  readonly file: string;
  readonly form: "list" | "json";
  /** False when the capture breaks off inside the table. */
  readonly complete: boolean;
  /** Elements were left out (`nft -t`). */
  readonly terse: boolean;
  /** Of JSON, which may be one line: how many items of other owners' tables stand before it. */
  readonly othersBefore?: number;
}

/** A table of another owner: passed over, save the names of chains that kube-proxy's iptables mode uses. */
export interface ForeignTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly kubeChains: readonly { readonly name: string; readonly line: number }[];
  /** Chains of other names whose rules lead packets into KUBE-SERVICES, where that holds rules. */
  readonly entries: readonly string[];
  /** A tool of iptables printed it, which shows no table of nftables mode whether there is one or not. */
  readonly byIptables: boolean;
  /** nft's JSON shows of conditions of iptables-nft that they are there (`xt`), and not which. */
  readonly isOpaque?: boolean;
}

/** The text of tables of other owners, to be read where somebody asks for their rules. */
export interface OtherTables {
  readonly form: "list" | "json";
  readonly file: string;
  /** Lines of the listing, or items of the JSON; of large tables the first ones. */
  readonly texts: readonly string[];
  /** Line of each in the file. */
  readonly lines: readonly number[];
  /** There were more. */
  readonly isCut: boolean;
  /** The first line that opens a quoted text which ends nowhere. */
  readonly unclosedAt?: number | undefined;
}

export interface NftCapture {
  readonly tables: readonly CapturedNftTable[];
  readonly foreign: readonly ForeignTable[];
  readonly others?: OtherTables;
  readonly diagnostics: readonly Diagnostic[];
  /** What was read, where no line of it begins as those of iptables' tools do. */
  readonly withoutSave?: Source;
}

/** The name of kube-proxy's tables. */
export const KUBE_PROXY_TABLE = "kube-proxy";

const FAMILIES: readonly NftFamily[] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

export function familyOf(text: unknown): NftFamily | undefined {
  return FAMILIES.find((family) => family === text);
}

/** Form of a capture by its first characters: the text of `nft list` (or what makes it), the JSON of `nft -j list`, or neither. */
export function tellNftForm(head: string): "list" | "json" | undefined {
  // Blanks only of the line at hand: a pattern that runs over line ends takes time squared in blank lines.
  if (/^\{\s*"nftables"\s*:/.test(head.trimStart().slice(0, 4096))) return "json";
  const isList = /^[ \t]{0,80}table (ip|ip6|inet|arp|bridge|netdev) \S{1,200} {0,8}\{/m.test(head);
  return isList || isNftScript(head) ? "list" : undefined;
}

/** Whether a capture holds the commands that make kube-proxy's table, as `compile` prints them, and no listing of it. */
export function isNftScript(head: string): boolean {
  return /^add table ip6? kube-proxy\b/m.test(head) && !/^[ \t]{0,80}table \w{2,6} \S{1,200} {0,8}\{/m.test(head);
}
