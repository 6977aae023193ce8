/** The JSON of `nft -j list ruleset`, an item at a time. */
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { eachJSONItem } from "../rulesets/nftables/json-items.js";
import { KUBE_PROXY_TABLE } from "../rulesets/nftables/capture.js";
import type { Source } from "../source/source.js";
import { isRecord } from "../util/is-record.js";
import {
  hasElementsOfServices,
  isElementMet,
  isOfCluster,
  isRuleMet,
  keepsSet,
  learnElement,
  type Element,
  type NftPlace,
} from "./nft-facts.js";
import { isOfOnePort } from "./rule-graph.js";

type Fields = Readonly<Record<string, unknown>>;

const JUMP = /"(?:jump|goto)":\s*\{\s*"target":\s*"((?:[^"\\]|\\.)*)"/g;
const REWRITTEN = /"dnat":\s*\{[^{}]*"addr":\s*"([^"]+)"[^{}]*"port":\s*(\d+)/;

/** The first reading. */
export function learnNftJSON(source: Source, place: NftPlace): void {
  const { graph, reach } = place;
  eachJSONItem(cleanCapture(source).source, (text) => {
    const [kind, item] = itemOf(text);
    if (item === undefined) return;
    const [table, name] = [nameIn(item, "table"), nameIn(item, "name")];
    if (kind === "chain") {
      graph.chain(name, item["hook"] !== undefined);
      if (table === KUBE_PROXY_TABLE && !isOfOnePort(name)) graph.root(name);
    } else if (kind === "rule") {
      const chain = nameIn(item, "chain");
      if (!isRuleKept(chain, text!, item, place)) return;
      graph.rule(chain, jumpsIn(text!));
      const [, address, port] = (!isOfOnePort(chain) && REWRITTEN.exec(text!)) || [];
      if (address !== undefined)
        reach.addTarget(address.includes(":") ? `[${address}]:${port!}` : `${address}:${port!}`);
    } else if (hasElementsOfServices(table, name)) {
      graph.root(name);
      for (const element of elementsOf(item))
        if (isElementMet(readElement(element), reach)) {
          learnElement(readElement(element), reach);
          graph.rule(name, jumpsIn(JSON.stringify(element)));
        }
    }
  });
}

/** The document with what is kept. A document that breaks off goes on breaking off. */
export function* keptNftJSON(source: Source, place: NftPlace): Generator<string> {
  const kept: string[] = [];
  const isWhole = eachJSONItem(cleanCapture(source).source, (text) => {
    const made = keptItem(text, place);
    if (made !== undefined) kept.push(made);
  });
  yield '{"nftables": [';
  for (const [i, text] of kept.entries()) yield `${i === 0 ? "" : ","}\n${text}`;
  yield isWhole ? "\n]}\n" : "\n";
}

function keptItem(text: string | undefined, place: NftPlace): string | undefined {
  const [kind, item] = itemOf(text);
  if (item === undefined) return text;
  if (kind === "chain") return place.graph.keeps(nameIn(item, "name")) ? text : undefined;
  if (kind === "rule") {
    const chain = nameIn(item, "chain");
    return place.graph.keeps(chain) && isRuleKept(chain, text!, item, place) ? text : undefined;
  }
  if (kind !== "set" && kind !== "map" && kind !== "element") return text;
  const [table, name] = [nameIn(item, "table"), nameIn(item, "name")];
  if (!keepsSet(table, name, place)) return undefined;
  if (!hasElementsOfServices(table, name) || !Array.isArray(item["elem"])) return text;
  const { elem: _, ...others } = item;
  const elem = elementsOf(item).filter((element) => isElementMet(readElement(element), place.reach));
  return JSON.stringify({ [kind]: { ...others, ...(elem.length > 0 && { elem }) } });
}

function itemOf(text: string | undefined): [kind: string, item: Fields | undefined] {
  let value: unknown;
  try {
    value = text === undefined ? undefined : JSON.parse(text);
  } catch {
    return ["", undefined];
  }
  const [kind, item] = isRecord(value) ? (Object.entries(value)[0] ?? []) : [];
  return [kind ?? "", isRecord(item) ? item : undefined];
}

function nameIn(item: Fields, field: string): string {
  const name = item[field];
  return typeof name === "string" ? name : "";
}

function jumpsIn(text: string): string[] {
  return [...text.matchAll(JUMP)].map(([, chain]) => chain!);
}

function isRuleKept(chain: string, text: string, item: Fields, { reach }: NftPlace): boolean {
  if (isOfOnePort(chain) || isOfCluster(nameIn(item, "table"), chain)) return true;
  const expr = Array.isArray(item["expr"]) ? (item["expr"] as unknown[]) : [];
  const match = { destinations: valuesOf(expr, "daddr"), ports: valuesOf(expr, "dport") };
  return isRuleMet(match, reach) || (text.includes("/") && reach.isNamedIn(text));
}

/** What `field` of a packet is compared with; undefined where that is not said in a way that is known. */
function valuesOf(expr: readonly unknown[], field: string): string[] | undefined {
  for (const statement of expr) {
    const match = isRecord(statement) ? statement["match"] : undefined;
    if (!isRecord(match) || (match["op"] !== "==" && match["op"] !== "in")) continue;
    const payload = isRecord(match["left"]) ? match["left"]["payload"] : undefined;
    if (!isRecord(payload) || payload["field"] !== field) continue;
    const { right } = match;
    const several = isRecord(right) && Array.isArray(right["set"]) ? (right["set"] as unknown[]) : [right];
    const texts = several.map(textOf);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.startsWith("@") ? undefined : value;
  if (!isRecord(value)) return undefined;
  const { prefix, range } = value;
  if (isRecord(prefix)) return `${nameIn(prefix, "addr")}/${Number(prefix["len"])}`;
  return Array.isArray(range) ? range.map(String).join("-") : undefined;
}

function elementsOf(item: Fields): readonly unknown[] {
  return Array.isArray(item["elem"]) ? (item["elem"] as unknown[]) : [];
}

/** A key alone, [key, verdict], either with a comment in {"elem": {"val": ...}}. */
function readElement(element: unknown): Element {
  const [key, value] = Array.isArray(element) ? (element as unknown[]) : [element];
  const wrapped = isRecord(key) && isRecord(key["elem"]) ? key["elem"] : undefined;
  const own = wrapped ? wrapped["val"] : key;
  const parts = isRecord(own) && Array.isArray(own["concat"]) ? (own["concat"] as unknown[]) : [own];
  const comment = wrapped?.["comment"];
  return {
    key: parts.map(String),
    target: value === undefined ? undefined : jumpsIn(JSON.stringify(value))[0],
    comment: typeof comment === "string" ? comment : undefined,
  };
}
