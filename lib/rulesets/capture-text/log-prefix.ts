/** What a log puts in front of every line: a time, the name of a pod, a number. It differs from line to line. */
import { ANCHOR, PREFIX } from "./line-prefix.js";

const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;
const SYSLOG_TIME = String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d`;

/** Who wrote a line; the same in all, since the outputs of two nodes would else be read as one. */
const SYSLOG_NAME = String.raw`[\w.-]{1,253} [\w.@/-]{1,80}(?:\[\d+\])?:`;
const POD_NAME = String.raw`\[pod/[\w./-]{1,512}\]`;

interface Form {
  readonly front?: string;
  /** Of one who writes lines. */
  readonly name?: string;
  /** One blank or tab, as lines of tools may begin with more, or the end of the line: editors take blanks off there. */
  readonly behind: string;
}

const BLANK = String.raw`(?: |(?=\r?$))`;

const FORMS: readonly Form[] = [
  // What containerd and CRI-O write; a line that goes on in the next ("P") is none.
  { front: `${TIME} std(?:out|err) F`, behind: BLANK },
  // journalctl and syslog
  { front: `(?:${TIME}|${SYSLOG_TIME}) `, name: SYSLOG_NAME, behind: BLANK },
  // kubectl logs --timestamps and --prefix
  { name: POD_NAME, behind: ` ${TIME}${BLANK}` },
  { front: TIME, behind: BLANK },
  { name: POD_NAME, behind: BLANK },
  // cat -n and grep -n
  { front: String.raw` {0,5}\d{1,7}`, behind: String.raw`(?:\t|(?=\r?$))` },
  { front: String.raw`\d{1,7}`, behind: ":" },
  // Programs that run a command on many nodes: "[node-1] ", "node-1: ", "node-1 | "
  { name: String.raw`\[[\w./-]{1,253}\]`, behind: BLANK },
  { name: String.raw`[\w./-]{1,253}:`, behind: BLANK },
  { name: String.raw`[\w./-]{1,253} {1,40}\|`, behind: BLANK },
];
const OPENS_JSON = /^\s*\{\s*"nftables"/;

/** Lines of the head that have to begin so, of a hundred. */
const MOST = 90;
const LONGEST_LINE = 1000;
/** "-- Logs begin at ..." of journalctl stands above. */
const MOST_HEADINGS = 1;
const FIRST_LINES = 4000;

/** How nearly all lines of the head begin, where one of them goes on as a tool's does; undefined for any other text. */
export function tellLogPrefix(head: string): RegExp | undefined {
  const start = head
    .slice(0, FIRST_LINES)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const form = start
    .slice(0, MOST_HEADINGS + 1)
    .map(formOf)
    .find((own) => own !== undefined);
  if (!form) return undefined;
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  const having = lines.filter((line) => form.test(line));
  if (having.length * 100 < lines.length * MOST) return undefined;
  if (having.some((line) => ANCHOR.test(line.slice(0, LONGEST_LINE).replace(form, "")))) return form;
  return OPENS_JSON.test(dropLogPrefix(start.slice(0, MOST_HEADINGS + 2).join("\n"), form)) ? form : undefined;
}

function formOf(line: string): RegExp | undefined {
  const quoted = PREFIX.exec(line)![0];
  for (const before of quoted === "" ? [""] : ["", quoted])
    for (const { front = "", name = "", behind } of FORMS) {
      const found = new RegExp(`^${front}(${name})${behind}`).exec(line.slice(before.length));
      if (found) return new RegExp(`^${literal(before)}${front}${literal(found[1]!)}${behind}`);
    }
  return undefined;
}

function literal(text: string): string {
  return text.replaceAll(/[^\w \t]/g, "\\$&");
}

/** The text without it; lines that do not have it stay, so that they are told. */
export function dropLogPrefix(text: string, form: RegExp): string {
  return text
    .split("\n")
    .map((line) => line.replace(form, ""))
    .join("\n");
}
