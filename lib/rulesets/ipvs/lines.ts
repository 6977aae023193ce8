/** Lines of a listing, one at a time, and what cannot be read among them. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { type LeftOut, LineNumbers } from "../../source/line-numbers.js";
import type { ListingPlace } from "./types.js";
import { quoted } from "../../util/quoted.js";

/** Part of a file: its text and the number of its first line. */
export interface ListingText {
  readonly file: string;
  readonly text: string;
  /** From 1; default 1. */
  readonly firstLine?: number;
  /** Lines of the file that are not in the text. */
  readonly leftOut?: readonly LeftOut[];
}

/**
 * Calls `visit` with each line, without its end, and the line's number in the file. `isOpen`: the text ends in the line,
 * without the end of line that every tool prints. `takeRun` is asked before each line for the offset behind lines that
 * need no visit; the text holds every line of the file then. `number`: of the first of them.
 */
export function forEachLine(
  { text, firstLine, leftOut }: ListingText,
  visit: (line: string, number: number, isOpen: boolean) => void,
  takeRun?: (start: number, number: number) => { readonly end: number; readonly count: number } | undefined,
): void {
  let start = 0;
  let last = (firstLine ?? 1) - 1;
  for (const numbers = new LineNumbers(leftOut, firstLine); start < text.length;) {
    const run = leftOut?.length ? undefined : takeRun?.(start, last + 1);
    if (run) {
      for (let i = 0; i < run.count; i++) last = numbers.next();
      start = run.end;
      continue;
    }
    let end = text.indexOf("\n", start);
    const isOpen = end < 0;
    if (isOpen) end = text.length;
    last = numbers.next();
    visit(text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end), last, isOpen);
    start = end + 1;
  }
}

/** The words of a line, without empty ones. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let i = 0; i <= line.length; i++) {
    const c = i < line.length ? line.charCodeAt(i) : 32;
    if (c === 32 || c === 9) {
      if (start >= 0) words.push(line.slice(start, i));
      start = -1;
    } else if (start < 0) start = i;
  }
  return words;
}

/** A line that is not understood: what it was taken for, and why it does not fit. */
export function unreadableLine(at: ListingPlace, what: string, line: string, note?: string): Diagnostic {
  return {
    code: "unreadable-line",
    severity: severityOf(what),
    message: `this line of ${what} cannot be read: ${quoted(line)}`,
    at,
    ...(note && { notes: [note] }),
  };
}

/** Virtual servers decide where packets go; the other listings refine that. */
function severityOf(what: string): "error" | "warning" {
  return what.startsWith("ipvsadm") ? "error" : "warning";
}

/** A listing that ends in the middle of a line or an entry. `what`: the tool that printed it. */
export function cutListing(at: ListingPlace, what: string): Diagnostic {
  return {
    code: "capture-incomplete",
    severity: severityOf(what),
    message: `this listing of ${what} breaks off here`,
    at,
    notes: ["nothing of the listing is compared; take it again"],
  };
}

/** What a line that is not understood is: the break of a listing that ends in it, or text of another kind. */
export function unreadableOrCut(
  at: ListingPlace,
  what: string,
  line: string,
  { isOpen, note }: { readonly isOpen: boolean; readonly note?: string | undefined },
): Diagnostic {
  return isOpen ? cutListing(at, what) : unreadableLine(at, what, line, note);
}

/** Whether readers found that a listing breaks off. */
export function isCutListing(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code }) => code === "capture-incomplete");
}
