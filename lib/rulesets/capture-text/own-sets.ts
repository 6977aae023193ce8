/**
 * The elements of the sets that differ on every node in what `nft list` prints, taken apart from the rest: addresses that take
 * node ports, and endpoints that are on the node. The rest and the elements together are the text, so that nothing is lost.
 */
import { Buffer } from "../../platform/bytes.js";
import type { Source } from "../../source/source.js";
import { piecesOf } from "../../source/texts-of.js";

/** Sets of kube-proxy's that hold what is the node's own. */
export const OWN_SETS = ["nodeport-ips", "hairpin-connections"] as const;

export type OwnSetName = (typeof OWN_SETS)[number];

export interface OwnSet {
  readonly name: OwnSetName;
  readonly isIPv6: boolean;
  readonly elements: readonly string[];
  /** The line of the capture on which the elements begin, or would, and how many lines they take. */
  readonly line: number;
  readonly lines: number;
}

const HEADS = OWN_SETS.map((name) => ({ name, head: `\tset ${name} {\n` }));
const BEFORE = /(?:\t\t(?:type|comment) [^\n]*\n)+/y;
const ELEMENTS = "\t\telements = { ";
const END = "\t}\n";
/** What addresses, protocols and ports are made of: no brace, quote or word that means something else to nft. */
const PLAIN = /^[\da-fpstu:., \t\n]+$/;
const IPV6 = /^\t\ttype ipv6_addr/;
/** A set that goes on for longer is left where it stands. */
const MOST_HELD = 8 * 1024 * 1024;

export interface OwnSetsFound {
  /** In the order of the capture. */
  readonly sets: readonly OwnSet[];
  /** Nothing else speaks of such sets, save that rules look addresses up in them. */
  readonly areAlone: boolean;
}

/** The sets that digests leave out. */
export function ownSetsOf(source: Source): OwnSetsFound {
  const cutter = new OwnSetsCutter(true);
  let others = 0;
  const count = (text: string) => {
    for (const name of OWN_SETS)
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) if (text[at - 1] !== "@") others++;
  };
  for (const { buffer, byteOffset, byteLength } of piecesOf(source))
    count(cutter.cut(Buffer.from(buffer, byteOffset, byteLength).toString("latin1")));
  count(cutter.rest());
  const { sets } = cutter;
  return { sets, areAlone: others === sets.length };
}

/** Takes the elements out of a text that comes in pieces of whole lines. */
export class OwnSetsCutter {
  readonly sets: OwnSet[] = [];
  private held = "";
  private line = 1;

  /** `countsLines`: takes as long as the rest. */
  constructor(private readonly countsLines = false) {}

  /** The piece without the elements; a set that goes on behind it comes with the next one. */
  cut(piece: string): string {
    const text = this.held === "" ? piece : this.held + piece;
    this.held = "";
    let kept = "";
    let from = 0;
    for (let at = nextHead(text, 0); at; at = nextHead(text, at.end)) {
      const found = setAt(text, at);
      if (found === "goes on" && text.length - at.start < MOST_HELD) {
        this.held = text.slice(at.start);
        return kept + this.passed(text.slice(from, at.start));
      }
      if (!found || found === "goes on") continue;
      const { start, end, elements, isIPv6 } = found;
      kept += this.passed(text.slice(from, start));
      const lines = linesIn(text.slice(start, end));
      this.sets.push({ name: at.name, isIPv6, elements, line: this.line, lines });
      this.line += lines;
      from = end;
    }
    return kept + this.passed(from === 0 ? text : text.slice(from));
  }

  /** What is left when there are no more pieces. */
  rest(): string {
    const { held } = this;
    this.held = "";
    return this.passed(held);
  }

  private passed(text: string): string {
    if (this.countsLines) this.line += linesIn(text);
    return text;
  }
}

interface Head {
  readonly name: OwnSetName;
  readonly start: number;
  readonly end: number;
}

/** The next line that begins one of the sets. */
function nextHead(text: string, from: number): Head | undefined {
  let next: Head | undefined;
  for (const { name, head } of HEADS) {
    let start = text.indexOf(head, from);
    while (start > 0 && text[start - 1] !== "\n") start = text.indexOf(head, start + 1);
    if (start >= 0 && (!next || start < next.start)) next = { name, start, end: start + head.length };
  }
  return next;
}

/** Where the lines of its elements are; undefined where it has another form than nft gives it. */
function setAt(text: string, head: Head) {
  BEFORE.lastIndex = head.end;
  const before = BEFORE.exec(text)?.[0] ?? "";
  const start = head.end + before.length;
  const isIPv6 = IPV6.test(before);
  if (start === text.length) return "goes on";
  if (text.startsWith(END, start)) return { start, end: start, elements: [], isIPv6 };
  if (!text.startsWith(ELEMENTS, start)) return undefined;
  const close = text.indexOf("}", start);
  if (close < 0 || close + 2 >= text.length) return "goes on";
  if (!text.startsWith(` }\n${END}`, close - 1)) return close + 2 + END.length > text.length ? "goes on" : undefined;
  const elements = text.slice(start + ELEMENTS.length, close - 1);
  return PLAIN.test(elements) ? { start, end: close + 2, elements: elements.split(/,\s*/), isIPv6 } : undefined;
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
