/** The text of `nft list ruleset`, a block at a time. */
import {
  hasElementsOfServices,
  isElementMet,
  isOfCluster,
  isRuleMet,
  keepsSet,
  learnElement,
  type Element,
  type NftMatch,
  type NftPlace,
} from "./nft-facts.js";
import { isOfOnePort } from "./rule-graph.js";

const TABLE = /^\s*table (?:ip6?|inet|arp|bridge|netdev) (\S+) \{/;
const BLOCK = /^\s*(chain|set|map|flowtable|ct \w+|counter|quota|limit|secmark|synproxy) (.+?) \{\s*(?:#.*)?$/;
const HOOK = /^\s*type \w+ hook /;
const JUMP = /\b(?:jump|goto) ([^\s,;}]+)/g;
const DESTINATION = /\bip6? daddr (!= )?(\{[^}]*\}|[^\s{@]\S*)(?! \. )/;
const PORTS = /\bdport (!= )?(\{[^}]*\}|[^\s{@]\S*)/;
const REWRITTEN = /\bdnat (?:ip6? )?to (\S+)/;
const ELEMENTS = /^(\s*elements = \{)(.*)$/s;

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly lines: string[];
}

/** Reads lines in order and hands out what is to be written. */
export class NftList {
  #table: string | undefined;
  #block: Block | undefined;
  #isLeftOut = false;

  constructor(readonly place: NftPlace) {}

  /** The first reading; false for a line of something else. */
  learn(line: string): boolean {
    return this.#read(line, (block) => this.#learnBlock(block));
  }

  /** The second: the lines to write now; undefined for a line of something else. */
  take(line: string): readonly string[] | undefined {
    let whole: readonly string[] | undefined;
    const isOwn = this.#read(line, (block) => void (whole = this.#keptLines(block)));
    if (!isOwn) return undefined;
    if (whole) {
      this.#isLeftOut = whole.length === 0;
      return whole;
    }
    if (this.#block) return [];
    // An empty line behind a block goes with it.
    return line.trim() === "" && this.#isLeftOut ? [] : [line];
  }

  /** What is left at the end. */
  finish(): readonly string[] {
    const left = this.#block;
    this.#block = undefined;
    return left ? this.#keptLines(left) : [];
  }

  #read(line: string, whole: (block: Block) => void): boolean {
    if (this.#block) {
      this.#block.lines.push(line);
      if (/^\s*\}\s*$/.test(line) && !isInElements(this.#block.lines)) {
        const block = this.#block;
        this.#block = undefined;
        whole(block);
      }
      return true;
    }
    const table = TABLE.exec(line)?.[1];
    if (table !== undefined) this.#table = table;
    if (this.#table === undefined) return false;
    const [, kind, name] = BLOCK.exec(line) ?? [];
    if (table === undefined && kind !== undefined) this.#block = { kind, name: name!, lines: [line] };
    else if (/^\}/.test(line)) this.#table = undefined;
    return true;
  }

  #learnBlock({ kind, name, lines }: Block): void {
    const { graph, reach } = this.place;
    if (kind === "chain") {
      graph.chain(
        name,
        lines.some((line) => HOOK.test(line)),
      );
      if (this.#isOfProxy() && !isOfOnePort(name)) graph.root(name);
      for (const line of lines.slice(1)) {
        if (!this.#isRuleKept(name, line)) continue;
        graph.rule(name, jumpsIn(line));
        const target = isOfOnePort(name) ? undefined : REWRITTEN.exec(line)?.[1];
        if (target !== undefined) reach.addTarget(target);
      }
    } else if (hasElementsOfServices(this.#table!, name)) {
      graph.root(name);
      for (const text of elementsOf(lines)?.elements ?? [])
        if (isElementMet(readElement(text), reach)) {
          learnElement(readElement(text), reach);
          graph.rule(name, jumpsIn(text));
        }
    }
  }

  #isOfProxy(): boolean {
    return hasElementsOfServices(this.#table!, "service-ips");
  }

  #isRuleKept(chain: string, line: string): boolean {
    const { reach } = this.place;
    if (isOfOnePort(chain) || isOfCluster(this.#table!, chain)) return true;
    return isRuleMet(matchOf(line), reach) || (line.includes("/") && reach.isNamedIn(line));
  }

  #keptLines({ kind, name, lines }: Block): readonly string[] {
    if (kind === "chain") {
      if (!this.place.graph.keeps(name)) return [];
      return lines.filter((line, i) => i === 0 || this.#isRuleKept(name, line));
    }
    if (kind !== "set" && kind !== "map") return lines;
    if (!keepsSet(this.#table!, name, this.place)) return [];
    return hasElementsOfServices(this.#table!, name) ? this.#keptElements(lines) : lines;
  }

  #keptElements(lines: readonly string[]): readonly string[] {
    const found = elementsOf(lines);
    if (!found) return lines;
    const kept = found.elements.filter((text) => isElementMet(readElement(text), this.place.reach));
    const { before, after, start } = found;
    const indent = " ".repeat(start.trimStart().length + 1);
    const tabs = /^\s*/.exec(start)![0];
    const written = kept.length > 0 ? [`${start} ${kept.join(`,\n${tabs}${indent}`)} }`] : [];
    return [...before, ...written, ...after];
  }
}

function jumpsIn(text: string): string[] {
  return [...text.matchAll(JUMP)].map(([, chain]) => chain!);
}

function matchOf(line: string): NftMatch {
  return { destinations: valuesOf(DESTINATION.exec(line)), ports: valuesOf(PORTS.exec(line)) };
}

function valuesOf(found: RegExpExecArray | null): string[] | undefined {
  const [, isNot, values] = found ?? [];
  if (values === undefined || isNot !== undefined) return undefined;
  return values
    .replace(/[{}]/g, "")
    .split(",")
    .flatMap((value) => value.trim() || []);
}

function isInElements(lines: readonly string[]): boolean {
  const at = lines.findIndex((line) => ELEMENTS.test(line));
  return at >= 0 && !lines.slice(at, -1).some((line) => /\}\s*$/.test(withoutQuoted(line)));
}

function withoutQuoted(text: string): string {
  return text.replace(/"[^"]*"/g, '""');
}

interface FoundElements {
  readonly before: readonly string[];
  readonly start: string;
  readonly elements: readonly string[];
  readonly after: readonly string[];
}

/** Undefined where there are none, or the listing breaks off in them. */
function elementsOf(lines: readonly string[]): FoundElements | undefined {
  const at = lines.findIndex((line) => ELEMENTS.test(line));
  if (at < 0) return undefined;
  const end = lines.findIndex((line, i) => i >= at && /\}\s*$/.test(withoutQuoted(line)));
  if (end < 0) return undefined;
  const [, start, first] = ELEMENTS.exec(lines[at]!)!;
  const body = [first!, ...lines.slice(at + 1, end + 1)].join("\n").replace(/\}\s*$/, "");
  return { before: lines.slice(0, at), start: start!, elements: splitElements(body), after: lines.slice(end + 1) };
}

/** Commas inside of quotes part nothing. */
function splitElements(body: string): string[] {
  const parts = body.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** "10.96.0.1 . tcp . 80 comment "shop/web" : goto service-..." */
function readElement(text: string): Element {
  const key = text.replace(/ (?:: |comment |counter |timeout |expires ).*$/s, "");
  const [, comment] = /\bcomment "([^"]*)"/.exec(text) ?? [];
  return { key: key.split(" . ").map((part) => part.trim()), target: jumpsIn(text)[0], comment };
}
