/** A table as the text kube-proxy writes for `nft -f`: one `add` a line. */
import { printStatement } from "./statements/index.js";
import { printVerdict } from "./statements/verdict.js";
import type { NftChain, NftElement, NftRule, NftSet, NftTable, Verdict } from "./types.js";

/**
 * The text line by line, without newlines: the table, its chains, sets and maps, the rules of each chain, the elements.
 * `only`: leaves out objects for which it is false.
 */
export function* nftLines(
  table: NftTable,
  only?: (object: NftChain | NftSet | NftRule | NftElement) => boolean,
): Iterable<string> {
  const where = `${table.family} ${table.name}`;
  yield addTable(table);
  for (const chain of table.chains) if (!only || only(chain)) yield addChain(where, chain);
  for (const set of table.sets) if (!only || only(set)) yield addSet(where, set);
  for (const name of table.counters ?? []) if (!only) yield addCounter(where, name);
  for (const rule of table.rules) if (!only || only(rule)) yield addRule(where, rule);
  for (const set of table.sets)
    for (const element of set.elements) if (!only || only(element)) yield addElement(where, set.name, element);
}

export function addTable({ family, name, comment }: NftTable): string {
  return `add table ${family} ${name}${comment === undefined ? "" : ` { comment ${quote(comment)} ; }`}`;
}

/** `where`: family and name of the table. */
export function addChain(where: string, { name, base, comment }: NftChain): string {
  let options = "";
  if (base) {
    options += ` type ${base.type} hook ${base.hook} priority ${base.priority} ;`;
    if (base.policy !== undefined) options += ` policy ${base.policy} ;`;
  }
  if (comment !== undefined) options += ` comment ${quote(comment)} ;`;
  return "add chain " + where + " " + name + (options === "" ? "" : ` {${options} }`);
}

/** nft writes it by itself for sets that rules add elements to. */
const DEFAULT_SIZE = 65535;

export function addSet(where: string, set: NftSet): string {
  let options = ` type ${set.keyType.join(" . ")}${set.valueType === undefined ? "" : ` : ${set.valueType}`} ;`;
  if (set.flags.length > 0) options += ` flags ${set.flags.join(",")} ;`;
  if (set.timeoutSeconds !== undefined) options += ` timeout ${set.timeoutSeconds}s ;`;
  if (set.size !== undefined && set.size !== DEFAULT_SIZE) options += ` size ${set.size} ;`;
  if (set.comment !== undefined) options += ` comment ${quote(set.comment)} ;`;
  return `add ${set.kind} ${where} ${set.name} {${options} }`;
}

export function addCounter(where: string, name: string): string {
  return "add counter " + where + " " + name;
}

export function addRule(where: string, rule: NftRule): string {
  return "add rule " + where + " " + rule.chain + " " + printRule(rule);
}

/** What follows the chain. */
export function printRule({ statements, comment }: NftRule): string {
  let text = "";
  for (let i = 0; i < statements.length; i++) text += (i === 0 ? "" : " ") + printStatement(statements[i]!);
  return comment === undefined ? text : `${text} comment ${quote(comment)}`;
}

export function addElement(where: string, set: string, element: NftElement): string {
  return addElementText(where, set, printElement(element));
}

/** `text`: what is printed of the element. */
export function addElementText(where: string, set: string, text: string): string {
  return `add element ${where} ${set} { ${text} }`;
}

/** Key, comment, verdict. */
export function printElement({ key, comment, verdict }: NftElement): string {
  return printElementOf(keyText(key), comment, verdict);
}

/** The same of an element that is no object. */
export function printElementOf(key: string, comment: string | undefined, verdict: Verdict | undefined): string {
  return `${key}${comment === undefined ? "" : ` comment ${quote(comment)}`}${verdict ? ` : ${printVerdict(verdict)}` : ""}`;
}

/** The parts of an element's key. */
export function keyText(key: NftElement["key"]): string {
  let text = "";
  for (let i = 0; i < key.length; i++) text += (i === 0 ? "" : " . ") + key[i];
  return text;
}

/** nft has no escape for a quote inside a quoted text. */
export function quote(text: string): string {
  return `"${text.replaceAll('"', "")}"`;
}
