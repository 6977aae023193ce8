/** Tells a capture whose long lines a terminal, a pager or a mail program broke. */
import { isShellLine } from "./shell-line.js";

/** Widths that terminals have. */
const NARROWEST = 40;
const WIDEST = 400;
/** Lines looked at. */
const MOST_LINES = 20_000;
const TAB = 8;

/** How lines begin that are no rest of the line before, whatever tool printed them; what takes longest is asked last. */
const STARTS: readonly RegExp[] = [
  // iptables-save, iptables -S
  /^(\*[a-z]|:\S|-[APNIR] [A-Z]|\[\d+:\d+\] -A |COMMIT|#|$)/,
  // nft, ip addr, rows of ipvsadm -Ln
  /^(\t|  |table |\}|\d+: \S+: |(TCP|UDP|SCTP|FWM) +\S+ |IP Virtual|Prot Local)/,
  // ipset, ipvsadm-save
  /^((create|add) \S+ \S|-[Aa] -[tuf] |[A-Z][\w ]*: |Members:$|[0-9a-f.:/]+(,\S+)?( (timeout|packets|bytes|skb\w+) \S+| nomatch| comment "[^"]*"?)*\s*$)/,
  // iptables -L
  /^(Chain |Table: |\s*(num\s+)?(pkts|target)\s|\s*(\d+\s+)?(\d+[KMGT]?\s+){2}.*\s(--|-f|!f)\s|\S*\s+\S+\s+(--|-f|!f)\s)/,
];

/** A line that begins unlike these, which are some of the starts above. */
const NOT_PLAIN = /\n(?!-A [A-Z]|:\S|\*[a-z]|COMMIT|#|\n|$|\t| {2}|table |\}|-[Aa] -[tuf] |(?:create|add) \S+ \S)/;

/** Lines as long as this belong to a tool whose wrapping can be told. */
const KNOWN = new RegExp(
  /^(\*(nat|filter|mangle|raw)\s*$|:[A-Z]\S* [-A-Z]|-[PN] [A-Z]|-A [A-Z]|\s*(num\s+)?pkts\s+bytes\s+target|table (ip6?|inet|arp|bridge|netdev) \S+ ?\{|create \S+ (hash|bitmap|list):|Name: KUBE-|\d+: \S+: <)/,
);

interface Line {
  /** As it stands in the file. */
  readonly raw: string;
  /** Without what stands in front of every line of the file; undefined where that is not there. */
  readonly own: string | undefined;
}

/**
 * The width lines were broken at and the first line that is a rest; undefined when the lines are whole. `prefix`: what
 * stands in front of the lines, before they were broken or since.
 */
export function tellWrapping(text: string, prefix = ""): { readonly width: number; readonly line: number } | undefined {
  const json = wrappedJSON(text);
  if (json || (prefix === "" && !mayHoldRests(text))) return json;
  const lines = linesOf(text, prefix);
  if (!lines.some(({ own }) => own !== undefined && KNOWN.test(own))) return undefined;
  const isRest = restsAmong(lines);
  return (
    findRests(lines, isRest, ({ length }) => length) ??
    (text.includes("\t") ? findRests(lines, isRest, columnsOf) : undefined)
  );
}

/** False where every line but the first and the last is surely no rest, as in most captures; told in a tenth of the time. */
export function mayHoldRests(text: string): boolean {
  const whole = text.slice(0, Math.max(0, text.lastIndexOf("\n")));
  return NOT_PLAIN.test(whole) || INDENTED_BELOW_RULE.test(whole) || INDENTED_IN_QUOTES.test(whole);
}

/** Whether the line at an index may be a rest of the one before; each is looked at once. */
function restsAmong(lines: readonly Line[]): (index: number) => boolean {
  const indented = indentedRests(lines);
  const known: (boolean | undefined)[] = lines.map(() => undefined);
  return (index) => (known[index] ??= indented.has(index) || !isStart(lines[index]!));
}

/** Rules that iptables-save and ipvsadm-save print stand at the left edge, each in one line. */
const RULE = /^(?:\[\d+:\d+\] )?-[Aa] /;
const INDENTED = /^[ \t]+\S/;
/** Of a comment that goes on in the next line, or comes from the one before: no tool breaks one. */
const ONE_QUOTE = /^[^"]*"[^"]*$/;
const INDENTED_IN_QUOTES = /\n[^"\n]*"[^"\n]*\n[ \t]+\S/;
const INDENTED_BELOW_RULE = /\n(?:\[\d+:\d+\] )?-[Aa] [^\n]*\n[ \t]+\S/;

/**
 * Lines that a program indented when it broke a rule: indented lines of other tools never stand directly below one of iptables
 * or ipvsadm. Lines of nft are indented themselves, and a rest among them is told where quotes are open above it.
 */
function indentedRests(lines: readonly Line[]): ReadonlySet<number> {
  const found = new Set<number>();
  const below = new Set<number>();
  let isOpen = false;
  for (let i = 1; i < lines.length; i++) {
    const [{ own: before = "" }, { own = "" }] = [lines[i - 1]!, lines[i]!];
    const hasOne = ONE_QUOTE.test(before);
    // The rest of a comment ends with the quotes that its beginning lacks.
    isOpen = hasOne ? !isOpen : isOpen && !before.includes('"');
    if (!INDENTED.test(own)) continue;
    const isBelowRule = RULE.test(before) || below.has(i - 1);
    if (isBelowRule) below.add(i);
    if (isBelowRule || (hasOne && isOpen)) found.add(i);
  }
  return found;
}

function findRests(
  lines: readonly Line[],
  isRest: (index: number) => boolean,
  widthOf: (line: string) => number,
): { readonly width: number; readonly line: number } | undefined {
  const widths = lines.map(({ raw }) => widthOf(raw));
  const width = widths.reduce((widest, own) => Math.max(widest, own), 0);
  if (width < NARROWEST || width > WIDEST) return undefined;
  let rests = 0;
  let full = 0;
  let others = 0;
  let first = 0;
  // The last line may have been cut.
  for (let i = 1; i < lines.length - 1; i++) {
    if (!isRest(i)) continue;
    const before = widths[i - 1]!;
    if (before === width) full++;
    if (before === width || !hasRoom(before, lines[i]!.raw, width)) {
      rests++;
      first ||= i + 1;
    } else others++;
  }
  // A single line may be anything, unless it follows the one that is as long as the terminal is wide.
  const isTold = rests > 1 ? rests > 2 * others : full === 1 && others === 0;
  return isTold ? { width, line: first } : undefined;
}

function isStart({ own }: Line): boolean {
  return own !== undefined && (STARTS.some((pattern) => pattern.test(own)) || isShellLine(own));
}

/** Whether the first word of a line had room behind the line before: then it is no rest of that. */
function hasRoom(before: number, line: string, width: number): boolean {
  const [word = ""] = /\S+/.exec(line) ?? [];
  return before + 1 + word.length <= width;
}

function columnsOf(line: string): number {
  if (!line.includes("\t")) return line.length;
  let columns = 0;
  for (let i = 0; i < line.length; i++) columns += line.charCodeAt(i) === 9 ? TAB - (columns % TAB) : 1;
  return columns;
}

/** nft and ip print their JSON in one line: broken, each line has no room for the first word of the next. */
function wrappedJSON(text: string): { readonly width: number; readonly line: number } | undefined {
  const start = /^[ \t>|]{0,40}(\{ ?"nftables"|\[\{ ?"ifindex")/m.exec(text.slice(0, 8192))?.index;
  if (start === undefined) return undefined;
  const lines = linesOf(text.slice(start), "").map(({ raw }) => raw);
  const first = lines[0]!.length;
  if (first < NARROWEST || first > WIDEST || lines.length < 4) return undefined;
  const document = lines.slice(0, -2);
  const width = document.reduce((widest, line) => Math.max(widest, line.length), 0);
  const full = document.filter((line, i) => !hasRoom(line.length, lines[i + 1]!, width));
  const isWrapped = width <= WIDEST && full.length > 0.9 * document.length;
  return isWrapped ? { width, line: text.slice(0, start).split("\n").length + 1 } : undefined;
}

function linesOf(text: string, prefix: string): Line[] {
  return text.split("\n", MOST_LINES).map((line) => {
    const raw = line.endsWith("\r") ? line.slice(0, -1) : line;
    return { raw, own: raw.startsWith(prefix) ? raw.slice(prefix.length) : raw === "" ? raw : undefined };
  });
}
