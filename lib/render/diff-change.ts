/** One change as lines: what differs, where it stands, the rules of both sides. */
import type { ChalkInstance } from "chalk";
import { turnOf } from "../diff/capture-words.js";
import type { Change, DiffReport } from "../diff/types.js";
import { portWords } from "../diff/view-words.js";
import { printable } from "../util/printable.js";
import { wrap } from "./wrap.js";

/** Rules shown of each side of a change. */
const MOST_RULES = 6;

/** Words in front of rules that no option of a rule can be taken for, as long as each other. */
const MARKS = {
  node: { expected: "missing", actual: "extra  " },
  captures: { expected: "before ", actual: "after  " },
} as const;

/** What the words in front of rules mean; undefined where no rule stands. */
export function legendOf({ changes, between }: DiffReport): string | undefined {
  if (!changes.some((change) => ownRules(change).some(([, rules]) => rules.length > 0))) return undefined;
  return between === "captures"
    ? "before: only the first capture has it; after: only the second has it"
    : "missing: should be there and is not; extra: is there and should not be";
}

export function* changeLines(
  change: Change,
  report: DiffReport,
  chalk: ChalkInstance,
  columns: number,
): Generator<string> {
  const { severity, at } = change;
  const paint = { error: chalk.red, warning: chalk.yellow, info: chalk.cyan }[severity];
  const place = at ? `  ${chalk.dim(printable(`${at.file}:${at.line}`))}` : "";
  const isTurn = report.between === "captures";
  yield `  ${isTurn ? "" : paint(severity) + " "}${chalk.bold(isTurn ? turnOf(change) : change.kind)}${place}`;
  yield* wrap(printable(isTurn ? change.message : withoutName(change)), columns, "    ", "    ");
  const marks = MARKS[isTurn ? "captures" : "node"];
  for (const [side, rules] of ownRules(change)) {
    const color = side === "expected" ? chalk.red : chalk.green;
    const start = `    ${marks[side]}  `;
    for (const rule of rules.slice(0, MOST_RULES))
      for (const line of wrap(printable(withoutComment(rule)), columns, start, " ".repeat(start.length + 2)))
        yield color(line);
    if (rules.length > MOST_RULES) yield color(`${start}... and ${rules.length - MOST_RULES} more`);
  }
}

/** The rules that one side has and the other has not. */
function ownRules({ expected, actual }: Change): (readonly ["expected" | "actual", readonly string[]])[] {
  const has = { expected: new Set(expected), actual: new Set(actual) };
  return [
    ["expected", expected.filter((rule) => !has.actual.has(rule))],
    ["actual", actual.filter((rule) => !has.expected.has(rule))],
  ];
}

/** The message with "port http" or "the service" for what stands above. */
function withoutName({ message, ...change }: Change): string {
  if (change.service === undefined) return message;
  const words = portWords({ key: "", ...change });
  const short = words.replace(change.service + (change.port ? ":" : ""), change.port ? "port " : "the service");
  return message
    .split(words)
    .map((part, i, parts) => part + (i === parts.length - 1 ? "" : isName(part, parts[i + 1]!) ? short : words))
    .join("");
}

/** Whether what stands between two parts is a whole name. */
function isName(before: string, after: string): boolean {
  return !/[\w./-]$/.test(before) && !/^(?:[\w/-]|[.:]\w)/.test(after);
}

/** The service stands above; without its comment a rule fits a line. */
function withoutComment(rule: string): string {
  return rule.replace(/ -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/, "");
}
