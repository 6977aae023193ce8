/** Captures of which diff does not read all: nothing is, or they break off. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { decodeBytes } from "../rulesets/capture-text/decode-bytes.js";
import { cleanCapture } from "../rulesets/capture-text/clean-capture.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";

const LONGEST_END = 4096;
/** The last words of whole captures, and a shell's prompt behind them. */
const END = /^(?:COMMIT|# Completed on .*|\s*\}|exit|logout|.*[\w~\])/:][$#%>❯➜] ?)$/;
const SAVE = /^(?:COMMIT|\*(?:nat|filter|mangle|raw|security))\b/gm;
const BLOCK = 1 << 20;

/** What keeps diff from reading all of a capture, as a warning; undefined for most. */
export function brokenCapture(source: Source): Diagnostic | undefined {
  const { refusal } = cleanCapture(source);
  if (refusal) return { ...refusal, severity: "warning" };
  if (!hasOpenLine(source) && !hasOpenTable(source)) return undefined;
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

/** Whether a table of iptables-save begins and is not committed, whatever another tool printed behind it. */
function hasOpenTable(source: Source): boolean {
  const { source: clean } = cleanCapture(source);
  for (let to = clean.size; to > 0; to -= BLOCK) {
    const from = Math.max(0, to - BLOCK - LONGEST_END);
    const text = decodeBytes(clean.read(from, to));
    const last = text
      .slice(from > 0 ? text.indexOf("\n") + 1 : 0)
      .match(SAVE)
      ?.at(-1);
    if (last !== undefined) return last !== "COMMIT";
  }
  return false;
}

function endOf(source: Source): string {
  const { source: clean } = cleanCapture(source);
  return decodeBytes(clean.read(Math.max(0, clean.size - LONGEST_END), clean.size));
}
