/** Captures of which diff does not read all: nothing is, or they break off. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { decodeBytes } from "../rulesets/capture-text/decode-bytes.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";

const LONGEST_END = 4096;
/** The last words of whole captures, and a shell's prompt behind them. */
const END = /^(?:COMMIT|# Completed on .*|\s*\}|exit|logout|.*[\w~\])/:][$#%>❯➜] ?)$/;
const SAVE = /^\*(?:nat|filter|mangle|raw|security)$/m;

/** What keeps diff from reading all of a capture, as a warning; undefined for most. */
export function brokenCapture(source: Source): Diagnostic | undefined {
  const { refusal } = cleanCapture(source);
  if (refusal) return { ...refusal, severity: "warning" };
  const end = endOf(source);
  const isCut = hasOpenLine(source) || (SAVE.test(headOfCapture(source)) && !/^COMMIT\b/m.test(end));
  if (!isCut) return undefined;
  return {
    code: "capture-incomplete",
    severity: "warning",
    message: "the capture may break off at its end, and what would stand there cannot be told by the extract",
    at: { file: source.name },
    notes: ["take it again, whole, and extract from that"],
  };
}

/** Whether the last line may be the beginning of a longer one; where JSON breaks off is told by its brackets. */
export function hasOpenLine(source: Source): boolean {
  const end = endOf(source);
  const last = end.slice(end.lastIndexOf("\n") + 1);
  return last !== "" && !END.test(last) && !/^\s*[[{]/.test(headOfCapture(source, LONGEST_END));
}

function endOf(source: Source): string {
  const { source: clean } = cleanCapture(source);
  return decodeBytes(clean.read(Math.max(0, clean.size - LONGEST_END), clean.size));
}
