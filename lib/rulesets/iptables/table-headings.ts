/** Which tables a capture holds, for a small part of what reading it takes. */
import type { Source } from "../../source/source.js";
import { tableNameOf, type CapturedTable } from "./capture.js";
import { readCaptures } from "./read-captures.js";
import { familyOfRule } from "./tell-table.js";

export type TableHeading = Pick<CapturedTable, "name" | "family" | "variant">;

/** The tables that `readCaptures` gives of a source, in its order, without what is in them. */
export function tableHeadings(source: Source): TableHeading[] {
  const lines = new TellingLines();
  const { tables } = readCaptures([source], { toRead: (text) => lines.take(text) });
  return tables.map(({ name, family, variant }) => ({ name, family, variant }));
}

/** Longer rules than kube-proxy's are not taken for the one that tells the family. */
const LONGEST_TELLING = 4096;

/**
 * Leaves out what tells nothing of a table of iptables-save: its declarations, and its rules behind the first that has
 * an address but one, since the last of a capture that breaks off is not read. The table's name is in front of them,
 * and its family is that address's.
 */
class TellingLines {
  /** The line at hand is in a table of iptables-save. */
  private isSaved = false;
  /** Rules of it that were given, from the first with an address on. */
  private rules = 0;

  /** Takes whole lines; gives those to be read. */
  take(text: string): string {
    let kept = "";
    let from = 0;
    for (let at = 0; at < text.length;) {
      const next = text.indexOf("\n", at) + 1 || text.length;
      if (!this.isTelling(text, at, next)) {
        kept += text.slice(from, at);
        from = next;
      }
      at = next;
    }
    return kept + text.slice(from);
  }

  private isTelling(text: string, at: number, next: number): boolean {
    switch (text[at]) {
      case "*":
        this.isSaved = tableNameOf(text.slice(at + 1, next).trim()) !== undefined;
        this.rules = 0;
        return true;
      case ":":
        return !this.isSaved;
      case "-":
      case "[":
        return !this.isSaved || this.isTellingRule(text, at, next);
      case "#":
      case "\r":
      case "\n":
        return true;
      default:
        this.isSaved = false;
        return true;
    }
  }

  private isTellingRule(text: string, start: number, next: number): boolean {
    const at = text[start] === "[" ? text.indexOf("] ", start) + 2 : start;
    if (!text.startsWith("-A ", at) || text[at + 3] === "-" || at > next) {
      this.isSaved = false;
      return true;
    }
    if (this.rules > 1) return false;
    const isShort = next - at <= LONGEST_TELLING;
    if (this.rules > 0 || (isShort && familyOfRule(text.slice(at, next).trimEnd()) !== undefined)) this.rules++;
    return true;
  }
}
