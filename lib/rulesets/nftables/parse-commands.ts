/** The `add` lines that kube-proxy hands to `nft -f`, back to a table. */
import { familyOf } from "./capture.js";
import { readChainOption, readSetOption, type ChainOptions, type SetOptions } from "./declarations.js";
import { parseElements } from "./elements.js";
import { parseRuleBody } from "./parse-rule.js";
import { addWords, emptyWords, WordReader } from "./tokens.js";
import type { NftChain, NftElement, NftRule, NftSet, NftTable } from "./types.js";

/** A line that is none of the commands, by number from 1. */
export interface UnreadCommand {
  readonly line: number;
  readonly text: string;
}

export interface ParsedCommands {
  readonly tables: readonly (NftTable & { readonly rules: readonly NftRule[] })[];
  readonly unread: readonly UnreadCommand[];
}

interface OpenTable {
  readonly family: NonNullable<ReturnType<typeof familyOf>>;
  readonly name: string;
  comment?: string;
  readonly chains: NftChain[];
  readonly sets: OpenSet[];
  readonly rules: NftRule[];
  counters?: string[];
}

type OpenSet = NftSet & { readonly elements: NftElement[] };

/** What a table holds already: to add it once more changes nothing. Source: nft add. */
interface Added {
  readonly chains: Set<string>;
  readonly sets: Map<string, OpenSet>;
}

interface OpenTables {
  readonly tables: Map<string, OpenTable>;
  readonly added: Map<OpenTable, Added>;
}

/** Reads `add table|chain|set|map|counter|rule|element`; `printNft` undone. */
export function parseNftCommands(lines: Iterable<string>): ParsedCommands {
  const tables = new Map<string, OpenTable>();
  const open: OpenTables = { tables, added: new Map() };
  const unread: UnreadCommand[] = [];
  let number = 0;
  for (const text of lines) {
    number++;
    const words = emptyWords();
    addWords(words, text);
    if (words.words.length > 0 && !addCommand(open, words.words, number)) unread.push({ line: number, text });
  }
  return { tables: [...tables.values()], unread };
}

function addCommand({ tables, added }: OpenTables, words: readonly string[], line: number): boolean {
  const [verb, kind, familyText, name, object] = words;
  const family = familyOf(familyText);
  if (verb !== "add" || !family || name === undefined) return false;
  const key = `${family} ${name}`;
  let table = tables.get(key);
  if (!table) tables.set(key, (table = { family, name, chains: [], sets: [], rules: [] }));
  let held = added.get(table);
  if (!held) added.set(table, (held = { chains: new Set(), sets: new Map() }));
  if (kind === "table") return readOptions(words, 4, (reader) => readChainOption(reader, table));
  if (object === undefined) return false;
  switch (kind) {
    case "chain": {
      const options: ChainOptions = {};
      if (!readOptions(words, 5, (reader) => readChainOption(reader, options))) return false;
      if (!held.chains.has(object)) table.chains.push({ name: object, ...options, line });
      held.chains.add(object);
      return true;
    }
    case "set":
    case "map": {
      const options: SetOptions = { keyType: [], flags: [] };
      if (!readOptions(words, 5, (reader) => readSetOption(reader, options))) return false;
      if (held.sets.has(object)) return true;
      const set: OpenSet = { kind, name: object, ...options, elements: [], line };
      table.sets.push(set);
      held.sets.set(object, set);
      return true;
    }
    case "counter":
      if (!table.counters?.includes(object)) (table.counters ??= []).push(object);
      return words.length === 5;
    case "rule":
      table.rules.push({ chain: object, ...parseRuleBody(words, 5), line });
      return words.length > 5;
    case "element": {
      const set = held.sets.get(object);
      const reader = new WordReader(words, 5);
      const elements = reader.take("{") ? parseElements(reader, set?.keyType ?? [], line) : undefined;
      if (!set || !elements || !reader.done) return false;
      for (const one of elements) set.elements.push(one);
      return true;
    }
    default:
      return false;
  }
}

/** `{ option ; option ; }`, or nothing. */
function readOptions(words: readonly string[], from: number, read: (reader: WordReader) => boolean): boolean {
  if (from === words.length) return true;
  if (words[from] !== "{" || words.at(-1) !== "}") return false;
  let start = from + 1;
  for (let i = start; i < words.length; i++) {
    if (words[i] !== ";" && i !== words.length - 1) continue;
    if (i > start && !read(new WordReader(words, start, i))) return false;
    start = i + 1;
  }
  return true;
}
