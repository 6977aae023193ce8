/** The commands that make kube-proxy's table (`compile` prints them in mode nftables), taken as what a node holds. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { lineInFile } from "../../source/line-numbers.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { textsOf } from "../../source/texts-of.js";
import { cleanCapture } from "../capture-text/clean-capture.js";
import { headOfCapture } from "../capture-text/head-of-capture.js";
import { isNftScript, KUBE_PROXY_TABLE, type CapturedNftTable, type NftCapture } from "./capture.js";
import { parseNftCommands, type ParsedCommands, type UnreadCommand } from "./parse-commands.js";
import { ListingReader } from "./listing-reader.js";
import { nftListing } from "./print-list.js";
import type { NftRule, NftTable } from "./types.js";

/** Lines told one by one. */
const MOST_TOLD = 20;

/**
 * Reads the `add` commands of one file. Other owners' tables are left out unless `everyTable` asks for them; a line that is
 * none of these commands is a diagnostic.
 */
export function parseNftScript(source: Source, everyTable = false): NftCapture {
  const { source: clean, notes, refusal } = cleanCapture(source);
  if (refusal) return { tables: [], foreign: [], diagnostics: [refusal] };
  const { tables, unread } = readCommands(clean);
  if (unread.length === 0 && !isListable(tables))
    return { tables: [], foreign: [], diagnostics: [...notes, notMade(source.name)] };
  const kept = everyTable ? tables : tables.filter(({ name }) => name === KUBE_PROXY_TABLE);
  return {
    tables: kept.map((table) => capturedTable(table, source.name)),
    foreign: [],
    diagnostics: [...notes, ...unreadCommands(source.name, unread, clean.leftOut)],
  };
}

/** A rule for a chain that nothing added is none that nft takes. */
function readCommands(source: Source): ParsedCommands {
  const { tables, unread } = parseNftCommands(linesOf(source));
  const lost = tables.flatMap(({ chains, rules }) => {
    const names = new Set(chains.map(({ name }) => name));
    return rules.flatMap(({ chain, line = 0 }) => (names.has(chain) ? [] : { line, text: chain }));
  });
  // Nothing is read of counters in a listing either.
  const bare = tables.map(({ counters: _, ...table }) => table);
  return { tables: bare, unread: [...unread, ...lost].sort((a, b) => a.line - b.line) };
}

function* linesOf(source: Source): Generator<string> {
  for (const text of textsOf(source)) yield* text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** A listing of what the commands make, in the place of a capture that holds nothing else and is read whole; any other as it is. */
export function asListing(source: Source): Source {
  if (!isNftScript(headOfCapture(source))) return source;
  const { tables, unread } = readCommands(cleanCapture(source).source);
  if (unread.length > 0 || !isListable(tables)) return source;
  return sourceFromText(source.name, textOfTables(tables));
}

/** Whether a listing can show what the commands make: nft itself refuses names and values that it could not read again. */
function isListable(tables: ParsedCommands["tables"]): boolean {
  const diagnostics: Diagnostic[] = [];
  const reader = new ListingReader("", diagnostics, undefined, true, true);
  const text = textOfTables(tables);
  reader.addText(text);
  const again = reader.finish().tables;
  return diagnostics.length === 0 && text === textOfTables(again.map(withRules));
}

function withRules(table: CapturedNftTable): ParsedCommands["tables"][number] {
  return { ...table, rules: table.chains.flatMap((_, place) => table.rulesOfChains.at(place) ?? []) };
}

function notMade(file: string): Diagnostic {
  return {
    code: "unreadable-line",
    severity: "error",
    message: "these commands make no table that nft could list",
    at: { file },
    notes: ["a node's rules are what nft list ruleset prints"],
  };
}

function textOfTables(tables: ParsedCommands["tables"]): string {
  return tables.flatMap((table) => [...nftListing(table)].map((line) => `${line}\n`)).join("");
}

/** A table with its rules chain by chain, as a listing has them. `file`: named where the table is told. */
export function capturedTable(
  table: NftTable & { readonly rules: readonly NftRule[] },
  file: string,
): CapturedNftTable {
  const byChain = new Map<string, NftRule[]>(table.chains.map(({ name }) => [name, []]));
  for (const rule of table.rules) byChain.get(rule.chain)?.push(rule);
  const rulesOfChains = table.chains.map(({ name }) => byChain.get(name)!);
  return { ...table, rulesOfChains, file, form: "list", complete: true, terse: false };
}

function unreadCommands(file: string, unread: readonly UnreadCommand[], leftOut: Source["leftOut"]): Diagnostic[] {
  return unread.slice(0, MOST_TOLD).map(({ line }, place) => ({
    code: "unreadable-line",
    severity: "error",
    message:
      place === MOST_TOLD - 1 && unread.length > MOST_TOLD
        ? `${unread.length - place} lines are none of the commands that make a table of nftables; this is the first`
        : "this is none of the commands that make a table of nftables",
    at: { file, line: lineInFile(line, leftOut) },
    notes: ["a node's rules are what nft list ruleset prints"],
  }));
}
