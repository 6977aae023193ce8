/** What word processors, chats, web pages and those who explain make of a tool's characters. */
import { hasTerminalCodes, withoutTerminalCodes } from "./terminal-codes.js";

/** A change that something in the head asks for. */
export interface Pasting {
  /** Said of the file: "the file has ...". */
  readonly said: string;
  readonly isIn: (head: string) => boolean;
  readonly undo: (text: string) => string;
}

/** Chats and wikis put them in place of blanks. */
const HARD_SPACE = "\u00a0";
/** Chats and web pages put them where a line may be broken; a byte-order mark is no such thing at the start of a file. */
const NO_WIDTH = /[\u200b-\u200f\u2060\u00ad]|(?<!^)\ufeff/;
/** A word processor's quotes around what tools quote; elsewhere they may be part of somebody's comment. */
const CURLY_QUOTED = /(?:comment|prefix) [\u201c\u201d\u201e]/;
/** Blogs make one dash of two. */
const LONG_DASHED =
  / [\u2013\u2014](?=(?:comment|dport|to-destination|probability|mode|mark|set-xmark|ctstate|dst-type) )/;
/** As a web page's source has it, in a rule. */
const ESCAPED = /^.{0,80}-A \S.{0,400}(?:--comment &(?:quot|#34|#x22);| -&gt; )|<pre[ >]/m;

export const PASTINGS: readonly Pasting[] = [
  { said: "has a terminal's codes in it", isIn: hasTerminalCodes, undo: withoutTerminalCodes },
  {
    said: "has no-break spaces in it",
    isIn: (head) => head.includes(HARD_SPACE),
    undo: (text) => text.replaceAll(HARD_SPACE, " "),
  },
  {
    said: "has characters without width in it",
    isIn: (head) => NO_WIDTH.test(head),
    undo: (text) => text.replaceAll(new RegExp(NO_WIDTH, "g"), ""),
  },
  {
    said: "is a web page's source",
    isIn: (head) => /&(?:quot|gt|#34|#x22);|<pre[ >]/.test(head) && ESCAPED.test(head),
    undo: withoutMarkup,
  },
  {
    said: "has curly quotes in it",
    isIn: (head) => CURLY_QUOTED.test(head),
    undo: (text) => text.replaceAll(/[\u201c\u201d\u201e]/g, '"'),
  },
  {
    said: "has long dashes in place of --",
    isIn: (head) => LONG_DASHED.test(head),
    undo: (text) => text.replaceAll(/ [\u2013\u2014](?=[a-z][a-z-]+(?:[ \r\n]|$))/g, " --"),
  },
  { said: "has bold words in it", isIn: (head) => head.includes("**") && BOLD.test(head), undo: withoutBold },
  {
    said: "has rules that go on in the next line",
    isIn: (head) => /\\\r?\n/.test(head) && CONTINUED.test(head),
    undo: joined,
  },
  {
    said: "has remarks behind its rules",
    isIn: (head) => MAY_BE_REMARKED.test(head) && REMARKED.test(head),
    undo: (text) => text.replaceAll(new RegExp(REMARKED, "gm"), "$1"),
  },
];

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', gt: ">", lt: "<", amp: "&", apos: "'", nbsp: " " };

/** Every line stays a line. */
function withoutMarkup(text: string): string {
  return text
    .replaceAll(/^[^\r\n]{0,400}<pre\b[^>\n]{0,400}>/gm, "")
    .replaceAll(/<\/pre>[^\n]*$/gm, "")
    .replaceAll(/<\/?(?:code|span|div|p|br|b|strong|em)\b[^>\n]{0,400}>/g, "")
    .replaceAll(/&(?:(quot|gt|lt|amp|apos|nbsp)|#(\d{1,3})|#x([\da-f]{1,2}));/gi, (whole, name, number, hex) =>
      name === undefined ? characterOf(Number(number ?? `0x${hex}`), whole) : ENTITIES[name.toLowerCase()]!,
    );
}

/** A control stays as it is written: it might end a line. */
function characterOf(code: number, written: string): string {
  return code < 0x20 ? written : String.fromCharCode(code);
}

/** Markdown's stars around a value of a rule, which stand as they are between fences. */
const BOLD = /^.{0,40}-A \S.{0,400} \*\*[\w./:-]{1,80}\*\*(?: |\r?$)/m;

function withoutBold(text: string): string {
  return text.replaceAll(/(^| )\*\*([\w./:-]{1,80})\*\*(?=[ \r\n]|$)/gm, "$1$2");
}

/** No rest of a rule: what stands here behind a backslash is a line of its own, and would be lost as words of the rule before. */
const OF_ITS_OWN = String.raw`(?![ \t>|]{0,40}(?:(?:\[\d+:\d+\] )?-[A-Z] [A-Z]|[:*#]|COMMIT|\r?(?:\n|$)))`;
const BREAK = String.raw`(?<![ \t])[ \t]+\\\r?\n${OF_ITS_OWN}`;
/** As a shell takes it, by which guides keep lines short. */
const CONTINUED = new RegExp(String.raw`^[ \t>|]{0,40}-A \S[^\r\n]{0,2000}?${BREAK}`, "m");
const ALL_OF_RULE = new RegExp(
  String.raw`^([ \t>|]{0,40}-A \S[^\r\n]{0,2000}?)${BREAK}((?:[^\n]{0,2000}?${BREAK}){0,40}[^\n]*)`,
  "gm",
);

function joined(text: string): string {
  return text.replaceAll(ALL_OF_RULE, (_, first: string, rest: string) => {
    const more = rest.split("\n").map((line) =>
      line
        .replace(/\\?\r?$/, "")
        .replace(/^[ \t>|]+/, "")
        .trim(),
    );
    return [first, ...more].join(" ") + "\n".repeat(more.length);
  });
}

/**
 * "# for the way back", "<-- this one": what stands in quotes is a rule's own, and so is what has options in it, of which somebody
 * took some out of the rule ("#j DNAT --to-destination ..."). Blanks are tried from the first of them on only, here and above:
 * from each of a thousand on takes seconds.
 */
const REMARKED =
  /^([ \t>|]{0,40}(?:\[\d+:\d+\] )?-[AI] (?:[^"\r\n]|"(?:[^"\\\r\n]|\\.)*"){1,2000}?)(?<![ \t])[ \t]+(?:#+(?! Warning: )(?=[ \t])|<[-=]|←|⇐|\/\/)(?:(?![ \t]--?[a-z])[^\n])*$/m;
const MAY_BE_REMARKED = /[ \t](?:#|<[-=]|←|⇐|\/\/)/;
