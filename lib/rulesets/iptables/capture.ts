/**
 * What a capture holds, still as lines: tables, chains and rule texts, without a tree for each rule.
 * Comparing hundreds of thousands of lines that are as expected needs no more.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPFamily } from "../../net/ip.js";
import type { NamedFilling } from "./chain-pattern.js";
import type { Counters, TableName } from "./types.js";

/** Said of what is a part of a table. */
export const ALL_OF_IT = "capture all of it: iptables-save > node.txt";

/** Which kernel interface the capturing tool used, as far as its header says. */
export type Variant = "nft" | "legacy" | "unknown";

/** Lines that stand one behind the other in a text: from `start` to `end`, where the last one's line feed is. */
export interface TextBlock {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface CapturedChain {
  readonly name: string;
  /** Place in its table, each chain its own; below 0 for a chain that was declared twice. */
  readonly index: number;
  /** How many rules. */
  readonly size: number;
  /** The texts as they stand in the capture, when they stand together and carry nothing else. */
  readonly block?: TextBlock;
  /** Of a built-in chain. */
  readonly policy?: string;
  readonly counters?: Counters;
  /** "-A CHAIN ..." without counters; of a listing, as iptables-save would print it. */
  readonly texts: readonly string[];
  /** Line of each text, from 1. */
  readonly lines: readonly number[];
  /** Counters of each text where the capture has them. */
  readonly ruleCounters?: readonly (Counters | undefined)[];
}

export interface CapturedChains extends ReadonlyMap<string, CapturedChain> {
  /**
   * The index of the chain of this name whose rules are this text, one "-A NAME ..." a line, the last without its line
   * feed; below 0 when there is none or when only a look at the chain itself can tell.
   */
  readonly placeHolding?: (name: string, text: string) => number;
  /** The same for each of some chains whose rules may be told as a pattern and what is filled in. */
  readonly placesFilled?: (chains: readonly NamedFilling[]) => Int32Array;
  /** The names of those that have rules, in order; faster than to look at all. */
  readonly filledNames?: () => Iterable<string>;
  /** The names that begin so, in order; faster than to look at all. */
  readonly namesWith?: (prefix: string) => Iterable<string>;
}

export interface CapturedTable {
  /** Undefined when nothing in the capture tells. */
  readonly name: TableName | undefined;
  readonly family: IPFamily | "unknown";
  readonly variant: Variant;
  readonly file: string;
  readonly startLine: number;
  readonly form: "save" | "commands" | "listing";
  /** False when the capture breaks off inside the table. */
  readonly complete: boolean;
  readonly chains: CapturedChains;
  /** A listing taken without -n: names stand for ports or addresses, so that rows are not what the kernel holds. */
  readonly hasNames?: boolean;
  /** A listing taken without -v: for which interfaces a rule is does not show. */
  readonly withoutInterfaces?: boolean;
  /**
   * Every rule names KUBE, as grep leaves them: rules of others may be missing, and a policy tells of no packets. "elsewhere": so it
   * is in the capture that this one is compared with.
   */
  readonly mayLackRules?: true | "elsewhere";
  /** Chains whose rules may have been cut off: those declared but not reached. Empty when complete. */
  readonly cutChains: ReadonlySet<string>;
}

/** Kernel chains that exist without being declared. */
export const BUILT_IN_CHAINS: ReadonlySet<string> = new Set([
  "PREROUTING",
  "INPUT",
  "FORWARD",
  "OUTPUT",
  "POSTROUTING",
]);

const TABLE_NAMES: readonly TableName[] = ["filter", "nat", "mangle", "raw", "security"];

/** The table name of a text, or undefined. */
export function tableNameOf(text: string): TableName | undefined {
  return TABLE_NAMES.find((name) => name === text);
}

/** Names of chains that begin so, in their order. */
export function* namesWith(
  chains: Pick<CapturedChains, "namesWith"> & { keys(): Iterable<string> },
  prefix: string,
): Iterable<string> {
  if (chains.namesWith) yield* chains.namesWith(prefix);
  else for (const name of chains.keys()) if (name.startsWith(prefix)) yield name;
}

/** Names of chains that have rules, in their order. */
export function* filledNames(chains: CapturedChains): Iterable<string> {
  if (chains.filledNames) yield* chains.filledNames();
  else for (const [name, { size }] of chains) if (size > 0) yield name;
}

/** What iptables tools printed, of all files given. */
export interface Captures {
  readonly tables: readonly CapturedTable[];
  /** Tools other than iptables seen, by file; their lines were passed over. */
  readonly otherTools: readonly { readonly file: string; readonly tool: string; readonly line: number }[];
  /** "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them" and its like. */
  readonly warnings: readonly { readonly file: string; readonly line: number; readonly text: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether rules of a chain may be missing only because the capture breaks off before their end. */
export function isCutChain(
  {
    chains,
    cutChains,
    complete,
  }: {
    readonly chains: ReadonlyMap<string, unknown>;
    readonly cutChains?: ReadonlySet<string>;
    readonly complete?: boolean;
  },
  chain: string,
): boolean {
  return cutChains?.has(chain) === true || (complete === false && !chains.has(chain));
}
