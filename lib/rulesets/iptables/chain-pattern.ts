/** The text that many chains share: the same rules, each chain with its own name, address and port. */
import { joinHostPort } from "../../net/ip.js";

/** What stands in a gap. */
export const NAME = 0;
const ADDRESS = 1;
/** The address with the port. */
export const TARGET = 2;

/** A text with gaps: `texts` stand around them, one more than there are gaps. */
export interface Pattern {
  readonly texts: readonly string[];
  readonly gaps: readonly number[];
}

/** A chain told by what is filled into a pattern beside its name. */
export interface Filling {
  readonly pattern: Pattern;
  /** IPv4, as a number. */
  readonly address: number;
  readonly port: number;
}

/** A chain by its name and what it is filled with, where it can be told so. */
export interface NamedFilling {
  readonly name: string;
  readonly filling?: Filling | undefined;
}

/** The text of a chain. */
export function filled({ texts, gaps }: Pattern, name: string, ip: string, port: number): string {
  const target = joinHostPort(ip, port);
  let text = texts[0]!;
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i];
    text += (gap === NAME ? name : gap === ADDRESS ? ip : target) + texts[i + 1]!;
  }
  return text;
}

export function samePattern(a: Pattern, b: Pattern): boolean {
  const isSame = (x: readonly unknown[], y: readonly unknown[]) =>
    x.length === y.length && x.every((v, i) => v === y[i]);
  return isSame(a.gaps, b.gaps) && isSame(a.texts, b.texts);
}

const TARGET_OPTION = / --to-destination (\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})(?: |$)/m;

/** Longer texts and names are no endpoint's. */
const LONGEST_TEXT = 2000;
const LONGEST_NAME = 64;

/**
 * The pattern of a chain that sends to an IPv4 address and port, of its lines as iptables-save prints or kube-proxy writes
 * them; undefined where it does not. Filled with the chain's own name, address and port it is these lines again.
 */
export function patternOfLines(lines: string, name: string): Pattern | undefined {
  if (lines.length > LONGEST_TEXT || name.length > LONGEST_NAME) return undefined;
  const found = TARGET_OPTION.exec(lines);
  if (!found) return undefined;
  const [, ip, port] = found as unknown as [string, string, string];
  // Most chains that send somewhere else name no address twice.
  if (!lines.includes(` ${ip}/32 `) && !lines.includes(` ${ip} `)) return undefined;
  const texts: string[] = [];
  const gaps: number[] = [];
  let text = "";
  const leave = (gap: number, rest: string) => {
    texts.push(text);
    gaps.push(gap);
    text = rest;
  };
  for (const [i, line] of lines.split("\n").entries()) {
    if (!line.startsWith(`-A ${name} `)) return undefined;
    for (const [j, word] of line.split(" ").entries()) {
      text += j > 0 ? " " : i > 0 ? "\n" : "";
      if (word === name) leave(NAME, "");
      else if (word === `${ip}/32`) leave(ADDRESS, "/32");
      else if (word === ip) leave(ADDRESS, "");
      else if (word === `${ip}:${port}`) leave(TARGET, "");
      else text += word;
    }
  }
  const pattern = { texts: [...texts, text], gaps };
  if (gaps[0] !== NAME || gaps[1] !== ADDRESS || gaps.at(-1) !== TARGET || pattern.texts.at(-1)!.includes(":"))
    return undefined;
  const own = ipv4Of(ip);
  const isWhole = own >= 0 && filled(pattern, name, ipv4Text(own), Number(port)) === lines;
  return isWhole ? pattern : undefined;
}

/**
 * Finds, at `lastIndex`, whole lines that are a pattern of `patternOfLines` filled in, the last without its line feed, if
 * `ipv4At` and `portAt` take what stands in their gaps.
 */
export function matcherOf({ texts, gaps }: Pattern): RegExp {
  const sources = [`([^ \\n]{1,${LONGEST_NAME}})`, "([\\d.]{7,15})", "\\2:(\\d{1,5})"];
  const again = ["\\1", "\\2", "\\2:\\3"];
  let source = quoted(texts[0]!);
  const seen = new Set<number>();
  for (const [i, gap] of gaps.entries()) {
    source += (seen.has(gap) ? again : sources)[gap]! + quoted(texts[i + 1]!);
    seen.add(gap);
  }
  return new RegExp(`${source}(?=\\n)`, "y");
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replaceAll("\n", "\\n");
}

/** What the latest call of `ipv4At` or `portAt` has read ends here. */
let end = 0;

export function endOfNumber(): number {
  return end;
}

/** The IPv4 address that begins at a place, as a number, where it is written as addresses are printed; -1 where none is. */
export function ipv4At(text: string, start: number): number {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  let at = start;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      // Without zeros in front.
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + code - 48;
      digits++;
      if (octet > 255) return -1;
    } else if (code === 46 && digits > 0 && dots < 3) {
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
      dots++;
    } else break;
  }
  end = at;
  return dots === 3 && digits > 0 ? value * 256 + octet : -1;
}

/** The number that is the IPv4 address of this text; -1 where it is no such address as addresses are printed. */
export function ipv4Of(text: string): number {
  const value = ipv4At(text, 0);
  return end === text.length ? value : -1;
}

/** The port that begins at a place, likewise. */
export function portAt(text: string, start: number): number {
  let port = 0;
  let at = start;
  for (; at - start < 6; at++) {
    const code = text.charCodeAt(at);
    if (!(code >= 48 && code <= 57)) break;
    port = port * 10 + code - 48;
  }
  end = at;
  const isPrinted = at > start && (at - start === 1 || text.charCodeAt(start) !== 48);
  return isPrinted && port <= 65535 ? port : -1;
}

export function ipv4Text(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
