/** Lines of a file that no reader knows: a shell's, a tool's refusal, or unreadable. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { printable } from "../../util/printable.js";
import { refusalOf, toolOfRefusal } from "./refusal.js";
import { isShellLine } from "./shell-line.js";

/** Gathers them while a file is read, so that each kind is said once. */
export class StrangeLines {
  private shell: { readonly line: number; count: number } | undefined;
  /** By the tool that is named in them, "" for none. */
  private readonly refusals = new Map<string, { readonly first: Diagnostic; count: number }>();

  constructor(private readonly file: string) {}

  /** Whether the line is a shell's or a refusal, and so no line that cannot be read. */
  take(line: string, number: number): boolean {
    if (this.takeRefusal(line, number)) return true;
    if (!isShellLine(line) && !(number <= HEAD_LINES && HOST_NAME.test(line))) return false;
    if (this.shell) this.shell.count++;
    else this.shell = { line: number, count: 1 };
    return true;
  }

  takeRefusal(line: string, number: number): boolean {
    const refusal = refusalOf(line);
    if (!refusal) return false;
    const tool = toolOfRefusal(line) ?? "";
    const known = this.refusals.get(tool);
    if (known) known.count++;
    else {
      const message = `the tool gave no rules here: ${printable(line.trim().slice(0, 200))}`;
      const at = { file: this.file, line: number };
      const first = { code: "capture-refused", severity: "error", message, at, notes: [refusal.advice] } as const;
      this.refusals.set(tool, { first, count: 1 });
    }
    return true;
  }

  /** One note of what was passed over, one error of what a tool refused. */
  diagnostics(): Diagnostic[] {
    const out: Diagnostic[] = [];
    if (this.shell)
      out.push({
        code: "capture-cleaned",
        severity: "note",
        message: `${this.shell.count} line${this.shell.count > 1 ? "s" : ""} of a shell or pager around the output ${this.shell.count > 1 ? "were" : "was"} passed over`,
        at: { file: this.file, line: this.shell.line },
      });
    for (const { first, count } of this.refusals.values())
      out.push(count > 1 ? { ...first, notes: [...first.notes!, `${count - 1} more lines like it`] } : first);
    return out;
  }
}

/** Lines at the start of a file in which a single word may be what hostname printed, or Salt and clush put above output. */
const HEAD_LINES = 3;
export const HOST_NAME = /^(?=[a-z.]*[-\d[])[a-z0-9][a-z0-9.-]{0,62}(?::|(?:\[[\d,-]{1,40}\])?(?: \(\d+\))?)$/;
