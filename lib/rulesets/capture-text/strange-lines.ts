/** Lines of a file that no reader knows: a shell's, a tool's refusal, or unreadable. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { printable } from "../../util/printable.js";
import { refusalOf } from "./refusal.js";
import { isShellLine } from "./shell-line.js";

/** Gathers them while a file is read, so that each kind is said once. */
export class StrangeLines {
  private shell: { readonly line: number; count: number } | undefined;
  private refusal: Diagnostic | undefined;
  private refusals = 0;

  constructor(private readonly file: string) {}

  /** Whether the line is a shell's or a refusal, and so no line that cannot be read. */
  take(line: string, number: number): boolean {
    if (this.takeRefusal(line, number)) return true;
    if (!isShellLine(line)) return false;
    if (this.shell) this.shell.count++;
    else this.shell = { line: number, count: 1 };
    return true;
  }

  takeRefusal(line: string, number: number): boolean {
    const refusal = refusalOf(line);
    if (!refusal) return false;
    this.refusals++;
    this.refusal ??= {
      code: "capture-refused",
      severity: "error",
      message: `the tool gave no rules here: ${printable(line.trim().slice(0, 200))}`,
      at: { file: this.file, line: number },
      notes: [refusal.advice],
    };
    return true;
  }

  /** One note of what was passed over, one error of what was refused. */
  diagnostics(): Diagnostic[] {
    const out: Diagnostic[] = [];
    if (this.shell)
      out.push({
        code: "capture-cleaned",
        severity: "note",
        message: `${this.shell.count} line${this.shell.count > 1 ? "s" : ""} of a shell or pager around the output ${this.shell.count > 1 ? "were" : "was"} passed over`,
        at: { file: this.file, line: this.shell.line },
      });
    if (this.refusal && this.refusals > 1)
      out.push({ ...this.refusal, notes: [...this.refusal.notes!, `${this.refusals - 1} more lines like it`] });
    else if (this.refusal) out.push(this.refusal);
    return out;
  }
}
