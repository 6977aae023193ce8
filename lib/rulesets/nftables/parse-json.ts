/** JSON of `nft -j list ruleset` and `nft -j list table`. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Source } from "../../source/source.js";
import { cleanCapture } from "../capture-text/clean-capture.js";
import { printable } from "../../util/printable.js";
import { familyOf, KUBE_PROXY_TABLE, type ForeignTable, type NftCapture } from "./capture.js";
import { readPriority } from "./datatypes.js";
import { elementFromJSON } from "./elements.js";
import { ENTRY_CHAIN, KeptTables, SeenForeignTable } from "./foreign-table.js";
import { fieldOf, numberOf, textOf } from "./json.js";
import { eachJSONItem } from "./json-items.js";
import { statementFromJSON } from "./statements/index.js";
import { finishTable, startTable, type TableBuilder } from "./table-builder.js";
import type { NftChain, NftElement, NftRule, NftSet } from "./types.js";
import { isRecord } from "../../util/is-record.js";

/** Unreadable objects reported one by one; the rest are counted. */
const MOST_REPORTED = 20;
const OF_KUBE_PROXY = new RegExp(`"(${KUBE_PROXY_TABLE}|${ENTRY_CHAIN})"`);

const OF_TABLE = /^\{\s*"rule":\s*\{\s*"family":\s*"(\w+)",\s*"table":\s*"([^"]+)"/;

/** Reads the document object by object. Tables of other owners are passed over; what cannot be read is a diagnostic. */
export function parseNftJSON(source: Source, everyTable = false): NftCapture {
  const { source: clean, notes, refusal } = cleanCapture(source);
  if (refusal) return { tables: [], foreign: [], diagnostics: [refusal] };
  const reader = new JSONReader(source.name, everyTable, notes);
  const whole = eachJSONItem(clean, (text, line) => reader.addItem(text, line));
  return reader.finish(whole);
}

interface OpenTable {
  readonly table: TableBuilder;
  readonly rulesByChain: Map<string, NftRule[]>;
  lastChain: string;
  lastRules: NftRule[] | undefined;
}

class JSONReader {
  readonly #file: string;
  readonly #tables = new Map<string, OpenTable>();
  /** Of documents before the one at hand. */
  readonly #before: OpenTable[] = [];
  readonly #foreign = new Map<string, SeenForeignTable>();
  readonly #others: KeptTables;
  readonly #diagnostics: Diagnostic[] = [];
  #unread = 0;

  /** `everyTable`: other owners' tables are read as kube-proxy's. */
  constructor(
    file: string,
    private readonly everyTable: boolean,
    notes: readonly Diagnostic[],
  ) {
    this.#file = file;
    this.#others = new KeptTables("json", file);
    this.#diagnostics.push(...notes);
  }

  addItem(text: string | undefined, line: number): void {
    if (text === undefined) return this.#report("", line, "this object is nested too deep");
    // Rules of other owners are not worth a tree.
    if (!this.everyTable && !OF_KUBE_PROXY.test(text) && /^\{\s*"rule"/.test(text)) {
      this.#others.add(text, line);
      this.#noteOpaque(text);
      return;
    }
    let item: unknown;
    try {
      item = JSON.parse(text);
    } catch {
      return this.#report(text, line, "this is no JSON");
    }
    const [kind] = isRecord(item) ? Object.keys(item) : [];
    const json = kind === undefined ? undefined : fieldOf(item, kind);
    if (kind === "metainfo") return this.#startDocument();
    const family = familyOf(fieldOf(json, "family"));
    const name = textOf(fieldOf(json, kind === "table" ? "name" : "table"));
    if (kind === undefined || !family || name === undefined)
      return this.#report(text, line, "this is no object of nft's JSON");
    if (name !== KUBE_PROXY_TABLE && !this.everyTable) {
      this.#others.add(text, line);
      return this.#addForeign(kind, family, name, json, line);
    }
    const key = `${family} ${name}`;
    let table = this.#tables.get(key);
    if (!table) {
      const started = startTable(family, name, {
        file: this.#file,
        line,
        form: "json",
        othersBefore: this.#others.texts.length,
      });
      table = { table: started, rulesByChain: new Map(), lastChain: "", lastRules: undefined };
      this.#tables.set(key, table);
    }
    if (!addToTable(table, kind, json, line)) this.#report(text, line, `this ${printable(kind)} cannot be read`);
  }

  /** A file may hold several documents, which may show one table each. */
  #startDocument(): void {
    this.#before.push(...this.#tables.values());
    this.#tables.clear();
  }

  finish(whole: boolean): NftCapture {
    if (!whole)
      this.#diagnostics.push({
        code: "capture-incomplete",
        severity: "error",
        message: "the JSON document breaks off before its end",
        at: { file: this.#file },
        notes: ["what stands behind the break is not compared"],
      });
    if (this.#unread > MOST_REPORTED)
      this.#diagnostics.push({
        code: "unreadable-line",
        severity: "error",
        message: `${this.#unread - MOST_REPORTED} more objects of this file could not be read`,
        at: { file: this.#file },
      });
    const tables = [...this.#before, ...this.#tables.values()].map(({ table }) =>
      finishTable(whole ? { ...table, complete: true } : withoutUnreached(table)),
    );
    return { tables, foreign: [...this.#foreign.values()], others: this.#others, diagnostics: this.#diagnostics };
  }

  /** nft lists a table before its rules. */
  #noteOpaque(text: string): void {
    const [, family, name] = (text.includes('"xt"') && OF_TABLE.exec(text)) || [];
    const table = this.#foreign.get(`${family} ${name}`);
    if (table) table.isOpaque = true;
  }

  #addForeign(kind: string, family: ForeignTable["family"], name: string, json: unknown, line: number): void {
    const key = `${family} ${name}`;
    let table = this.#foreign.get(key);
    if (!table) {
      table = new SeenForeignTable(family, name, this.#file, line);
      this.#foreign.set(key, table);
    }
    const chain = textOf(fieldOf(json, "name"));
    if (kind === "chain" && chain !== undefined) table.addChain(chain, line);
    if (kind === "rule") table.addRule(textOf(fieldOf(json, "chain")) ?? "", entersServices(fieldOf(json, "expr")));
  }

  #report(text: string, line: number, problem: string): void {
    this.#unread++;
    if (this.#unread > MOST_REPORTED) return;
    this.#diagnostics.push({
      code: "unreadable-line",
      severity: "error",
      message: text === "" ? problem : `${problem}: ${printable(text.slice(0, 200))}`,
      at: { file: this.#file, line },
    });
  }
}

function entersServices(expr: unknown): boolean {
  return (
    Array.isArray(expr) &&
    expr.some((item) => textOf(fieldOf(fieldOf(item, "jump") ?? fieldOf(item, "goto"), "target")) === ENTRY_CHAIN)
  );
}

/** Rules follow all chains, in the order of chains: the last chain with rules may be cut, those after it are. */
function withoutUnreached(table: TableBuilder): TableBuilder {
  const end = Math.max(
    0,
    table.rulesOfChains.findLastIndex((rules) => rules.length > 0),
  );
  return { ...table, chains: table.chains.slice(0, end), rulesOfChains: table.rulesOfChains.slice(0, end) };
}

/** Kinds of objects that kube-proxy does not make and that change nothing for it. */
const PASSED_OVER = new Set([
  "flowtable",
  "counter",
  "quota",
  "limit",
  "secmark",
  "synproxy",
  "ct helper",
  "ct timeout",
  "ct expectation",
]);

const TABLE_FLAGS = new Set(["dormant", "owner", "persist"]);

/** What nft 1.0.6 prints of a table with one flag. Source: nftables table_flags_json, which lets go of the text before it is printed. */
function isGarbled(flags: unknown): boolean {
  return typeof flags === "string" && !TABLE_FLAGS.has(flags);
}

/** nft 1.0.6 prints what it finds in memory, mostly the table's name, in the place of a flag; kube-proxy's table has no other one. */
function isDormant(flag: string, table: string): boolean {
  return flag === "dormant" || (table === KUBE_PROXY_TABLE && flag !== "owner" && flag !== "persist");
}

function addToTable(open: OpenTable, kind: string, json: unknown, line: number): boolean {
  const { table } = open;
  switch (kind) {
    case "table":
      table.comment = textOf(fieldOf(json, "comment"));
      table.dormant = texts(fieldOf(json, "flags"))?.some((flag) => isDormant(flag, table.name)) ?? false;
      table.mayBeDormant = isGarbled(fieldOf(json, "flags"));
      return true;
    case "chain": {
      const chain = readChain(json, line);
      if (!chain || open.rulesByChain.has(chain.name)) return false;
      const rules: NftRule[] = [];
      table.chains.push(chain);
      table.rulesOfChains.push(rules);
      open.rulesByChain.set(chain.name, rules);
      return true;
    }
    case "set":
    case "map": {
      const set = readSet(kind, json, line);
      if (set) table.sets.push(set);
      return set !== undefined;
    }
    case "rule": {
      const rule = readRule(json, line);
      if (!rule) return false;
      if (rule.chain !== open.lastChain) {
        open.lastChain = rule.chain;
        open.lastRules = open.rulesByChain.get(rule.chain);
      }
      open.lastRules?.push(rule);
      return open.lastRules !== undefined;
    }
    default:
      return PASSED_OVER.has(kind);
  }
}

function readChain(json: unknown, line: number): NftChain | undefined {
  const name = textOf(fieldOf(json, "name"));
  if (name === undefined) return undefined;
  const handle = numberOf(fieldOf(json, "handle"));
  const comment = textOf(fieldOf(json, "comment"));
  const hook = textOf(fieldOf(json, "hook"));
  if (hook === undefined) return { name, comment, handle, line };
  const type = textOf(fieldOf(json, "type"));
  const prio = fieldOf(json, "prio");
  const priority = typeof prio === "string" ? readPriority(prio) : numberOf(prio);
  if (type === undefined || priority === undefined) return undefined;
  return { name, base: { type, hook, priority, policy: textOf(fieldOf(json, "policy")) }, comment, handle, line };
}

function texts(value: unknown): string[] | undefined {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item) => typeof item === "string") ? list : undefined;
}

function readSet(kind: "set" | "map", json: unknown, line: number): NftSet | undefined {
  const name = textOf(fieldOf(json, "name"));
  const keyType = texts(fieldOf(json, "type"));
  const flags = texts(fieldOf(json, "flags"));
  const items = fieldOf(json, "elem") ?? [];
  if (name === undefined || !keyType || !flags || !Array.isArray(items)) return undefined;
  const elements: NftElement[] = [];
  for (const item of items) {
    const element = elementFromJSON(item, keyType, kind === "map", line);
    if (!element) return undefined;
    elements.push(element);
  }
  return {
    kind,
    name,
    keyType,
    valueType: textOf(fieldOf(json, "map")),
    flags,
    timeoutSeconds: numberOf(fieldOf(json, "timeout")),
    size: numberOf(fieldOf(json, "size")),
    comment: textOf(fieldOf(json, "comment")),
    elements,
    handle: numberOf(fieldOf(json, "handle")),
    line,
  };
}

function readRule(json: unknown, line: number): NftRule | undefined {
  const chain = textOf(fieldOf(json, "chain"));
  const statements = fieldOf(json, "expr");
  if (chain === undefined || !Array.isArray(statements)) return undefined;
  return {
    chain,
    statements: statements.map(statementFromJSON),
    comment: textOf(fieldOf(json, "comment")),
    handle: numberOf(fieldOf(json, "handle")),
    line,
  };
}
