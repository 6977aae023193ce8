/** Base chains of tables of other owners, with what a packet may meet in them. */
import { alreadyClean } from "../../rulesets/capture-text/clean-capture.js";
import { sourceFromText } from "../../source/source.js";
import type { CapturedNftTable, NftCapture, OtherTables } from "../../rulesets/nftables/capture.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import type { BaseChain, NftChain, NftFamily, NftRule, NftSet } from "../../rulesets/nftables/types.js";
import type { FileLine } from "../types.js";

type OwnTable = Pick<CapturedNftTable, "file" | "line" | "othersBefore"> | undefined;

export interface ForeignBase {
  readonly table: CapturedNftTable;
  readonly chain: NftChain;
  readonly base: BaseChain;
  readonly rules: ReadonlyMap<string, readonly NftRule[]>;
  readonly sets: ReadonlyMap<string, NftSet>;
  /** Of chains with the same priority packets meet it before kube-proxy's. */
  readonly isLater: boolean;
  /** What a search takes conditions for that a listing leaves out; nothing is sure of them without it. */
  readonly hidden?: "holds" | "may hold" | undefined;
  readonly placeOf: (line: number | undefined) => FileLine | undefined;
}

/** `own`: the node's table of kube-proxy. */
export function foreignBases(
  family: NftFamily,
  own: OwnTable,
  captures: readonly Pick<NftCapture, "others">[],
): readonly ForeignBase[] {
  return captures.flatMap(({ others }) => (others ? basesIn(others, family, own) : []));
}

/** Whether packets of its hook meet the chain before one of kube-proxy's with this priority. */
export function isBefore({ base, isLater }: ForeignBase, priority: number): boolean {
  return base.priority < priority || (base.priority === priority && isLater);
}

function basesIn({ form, file, texts, lines }: OtherTables, family: NftFamily, own: OwnTable): ForeignBase[] {
  if (!texts.some((text) => /\bhook\b/.test(text))) return [];
  const placeOf = (line: number | undefined) => {
    const found = line === undefined ? undefined : lines[line - 1];
    return found === undefined ? undefined : { file, line: found };
  };
  const text = form === "json" ? `{"nftables": [${texts.join(",\n")}]}` : texts.join("\n");
  const source = alreadyClean(sourceFromText(file, text));
  const { tables } = form === "json" ? parseNftJSON(source, true) : parseNftList(source, true);
  return tables.flatMap((table): ForeignBase[] => {
    if (table.dormant || (table.family !== family && table.family !== "inet" && table.family !== "netdev")) return [];
    const rules = new Map(table.chains.map(({ name }, i) => [name, table.rulesOfChains.at(i) ?? []] as const));
    // Of a set without elements nobody knows whether they were left out (nft -t).
    const listed = table.sets.filter(({ elements }) => elements.length > 0);
    const sets = new Map(listed.map((set) => [set.name, set] as const));
    const isLater = own === undefined || own.file !== file || isBehind(table.line, own, placeOf);
    return table.chains.flatMap((chain): ForeignBase[] =>
      chain.base ? [{ table, chain, base: chain.base, rules, sets, isLater, placeOf }] : [],
    );
  });
}

/** Whether a table of others stands behind kube-proxy's; `line`: among the texts of others. */
function isBehind(
  line: number | undefined,
  { line: ownLine = 0, othersBefore }: NonNullable<OwnTable>,
  placeOf: ForeignBase["placeOf"],
): boolean {
  if (othersBefore !== undefined) return (line ?? 0) > othersBefore;
  return (placeOf(line)?.line ?? 0) >= ownLine;
}

/** The rule of another owner, or the chain with its policy, that decides about a packet. */
export interface Doer {
  readonly text: string;
  readonly chain: string;
  /** "ip filter". */
  readonly where: string;
  readonly at: FileLine | undefined;
}

export function doerOf({ table, placeOf }: ForeignBase, rule: NftRule): Doer {
  const where = `${table.family} ${table.name}`;
  const text = `add rule ${where} ${rule.chain} ${normalRuleText(rule)}`;
  return { text, chain: rule.chain, where, at: placeOf(rule.line) };
}

export function doerOfPolicy({ table, chain, base, placeOf }: ForeignBase): Doer {
  const where = `${table.family} ${table.name}`;
  const { hook, priority, type } = base;
  const text = `add chain ${where} ${chain.name} { type ${type} hook ${hook} priority ${priority} ; policy drop ; }`;
  return { text, chain: chain.name, where, at: placeOf(chain.line) };
}
