/** Two texts as a unified diff, in bounded time and output whatever their size. */
import { diffArrays } from "diff";
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";

export interface TextDiffOptions {
  /** Lines shown around each difference. */
  readonly context?: number;
  /** Most lines of hunks; what is left out is said in a last line. */
  readonly mostLines?: number;
}

/** Lines that are equal, only in the old text, or only in the new one. */
interface Run {
  readonly kind: " " | "-" | "+";
  readonly lines: readonly string[];
}

/** Beyond this many inserted and removed lines the shortest edit is not looked for. */
const LONGEST_EDIT = 3000;

/**
 * A unified diff without line ends; empty when the texts are equal. `firstLine` is the number of the first line of the
 * old and of the new text in their files. Control characters are spelled out.
 */
export function textDiff(
  names: readonly [oldName: string, newName: string],
  oldLines: readonly string[],
  newLines: readonly string[],
  { context = 3, mostLines = Infinity }: TextDiffOptions = {},
  firstLine: readonly [oldFirst: number, newFirst: number] = [1, 1],
): string[] {
  const runs = runsOf(oldLines, newLines);
  if (runs.every(({ kind }) => kind === " ")) return [];
  const lines = [`--- ${printable(names[0])}`, `+++ ${printable(names[1])}`];
  let hidden = 0;
  let shown = 0;
  for (const hunk of hunksOf(runs, context, firstLine)) {
    for (const line of hunk) {
      if (shown < mostLines) lines.push(printable(line));
      else hidden++;
      shown++;
    }
  }
  if (hidden > 0) lines.push(`(${hidden} more lines)`);
  return lines;
}

/** The lines of a unified diff coloured, if so wished. */
export function paintDiff(lines: Iterable<string>, color: boolean): string[] {
  if (!color) return [...lines];
  const chalk = new Chalk({ level: 1 });
  return Array.from(lines, (line) => {
    if (line.startsWith("--- ") || line.startsWith("+++ ")) return chalk.bold(line);
    if (line.startsWith("@@")) return chalk.cyan(line);
    if (line.startsWith("-")) return chalk.red(line);
    return line.startsWith("+") ? chalk.green(line) : line;
  });
}

function runsOf(oldLines: readonly string[], newLines: readonly string[]): Run[] {
  const shorter = Math.min(oldLines.length, newLines.length);
  let start = 0;
  while (start < shorter && oldLines[start] === newLines[start]) start++;
  let end = 0;
  while (end < shorter - start && oldLines.at(-1 - end) === newLines.at(-1 - end)) end++;
  const middle = middleRuns(oldLines.slice(start, oldLines.length - end), newLines.slice(start, newLines.length - end));
  const runs: Run[] = [
    { kind: " ", lines: oldLines.slice(0, start) },
    ...middle,
    { kind: " ", lines: oldLines.slice(oldLines.length - end) },
  ];
  return runs.filter(({ lines }) => lines.length > 0);
}

function middleRuns(oldLines: readonly string[], newLines: readonly string[]): Run[] {
  if (oldLines.length === 0 || newLines.length === 0) return replaced(oldLines, newLines);
  const parts = diffArrays([...oldLines], [...newLines], { maxEditLength: LONGEST_EDIT });
  if (!parts) return anchoredRuns(oldLines, newLines);
  return parts.map(({ added, removed, value }): Run => ({ kind: added ? "+" : removed ? "-" : " ", lines: value }));
}

function replaced(oldLines: readonly string[], newLines: readonly string[]): Run[] {
  return [
    { kind: "-", lines: oldLines },
    { kind: "+", lines: newLines },
  ];
}

/** For texts that differ a lot: lines that occur once in each, in the same order, are anchors; what is between is replaced. */
function anchoredRuns(oldLines: readonly string[], newLines: readonly string[]): Run[] {
  const places = new Map<string, number>();
  for (const [i, line] of newLines.entries()) places.set(line, places.has(line) ? -1 : i);
  const counts = new Map<string, number>();
  for (const line of oldLines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const runs: Run[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (const [i, line] of oldLines.entries()) {
    const place = places.get(line) ?? -1;
    if (place < newAt || i < oldAt || counts.get(line) !== 1) continue;
    runs.push(...replaced(oldLines.slice(oldAt, i), newLines.slice(newAt, place)), { kind: " ", lines: [line] });
    oldAt = i + 1;
    newAt = place + 1;
  }
  runs.push(...replaced(oldLines.slice(oldAt), newLines.slice(newAt)));
  return joined(runs.filter(({ lines }) => lines.length > 0));
}

function joined(runs: readonly Run[]): Run[] {
  const out: { kind: Run["kind"]; lines: string[] }[] = [];
  for (const { kind, lines } of runs) {
    const last = out.at(-1);
    if (last?.kind === kind) for (const line of lines) last.lines.push(line);
    else out.push({ kind, lines: [...lines] });
  }
  return out;
}

/** Hunks with their head, made one at a time. */
function* hunksOf(
  runs: readonly Run[],
  context: number,
  firstLine: readonly [number, number],
): Generator<readonly string[]> {
  let [oldLine, newLine] = firstLine;
  let hunk: { readonly start: readonly [number, number]; readonly lines: string[] } | undefined;
  const finish = ({ start, lines }: NonNullable<typeof hunk>) => {
    const count = (kind: string) => lines.filter((line) => line[0] === kind || line[0] === " ").length;
    return [`@@ -${range(start[0], count("-"))} +${range(start[1], count("+"))} @@`, ...lines];
  };
  for (const [i, { kind, lines }] of runs.entries()) {
    if (kind !== " ") {
      hunk ??= { start: [oldLine, newLine], lines: [] };
      for (const line of lines) hunk.lines.push(kind + line);
      if (kind === "-") oldLine += lines.length;
      else newLine += lines.length;
      continue;
    }
    const isLast = i === runs.length - 1;
    if (hunk && !isLast && lines.length <= 2 * context) {
      for (const line of lines) hunk.lines.push(` ${line}`);
    } else {
      if (hunk) {
        for (const line of lines.slice(0, context)) hunk.lines.push(` ${line}`);
        yield finish(hunk);
        hunk = undefined;
      }
      if (!isLast) {
        const before = context === 0 ? [] : lines.slice(-context);
        const skipped = lines.length - before.length;
        hunk = { start: [oldLine + skipped, newLine + skipped], lines: before.map((line) => ` ${line}`) };
      }
    }
    oldLine += lines.length;
    newLine += lines.length;
  }
  if (hunk) yield finish(hunk);
}

/** As diff -u writes it: an empty range names the line before it. */
function range(start: number, count: number): string {
  if (count === 1) return String(start);
  return `${count === 0 ? start - 1 : start},${count}`;
}
