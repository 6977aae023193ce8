/** Tools of another mode that gave nothing are no loss where all that is wanted was compared. */
import { holdsRefusal } from "../../readers/refused-objects.js";
import type { ProxyMode } from "../../config/proxy-config.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { toolOfRefusal } from "../../rulesets/capture-text/refusal.js";
import type { Source } from "../../source/source.js";

const TOOLS: Readonly<Record<ProxyMode, RegExp>> = {
  iptables: /ip6?tables/,
  ipvs: /ip6?tables|ipvsadm|ipset/,
  nftables: /\bnft\b/,
};

/** The diagnostics with a note for each refusal of a tool that the mode has no need of. */
export function excuseOthers(diagnostics: readonly Diagnostic[], mode: ProxyMode): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { code, message } = diagnostic;
    const tool = code === "capture-refused" ? toolOfRefusal(message) : undefined;
    const isOfOther = tool !== undefined && !TOOLS[mode].test(message) && !TOOLS[mode].test(tool);
    return isOfOther ? { ...diagnostic, severity: "note" } : diagnostic;
  });
}

/**
 * The diagnostics with a warning for each file that holds nothing but why there are no rules: of a packet that meets what they
 * would have shown, the answer says so itself.
 */
export function warnOfRefused(diagnostics: readonly Diagnostic[], captures: readonly Source[]): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { code, severity, at, notes = [] } = diagnostic;
    if (code !== "capture-refused" || severity !== "error" || !at || !("file" in at)) return diagnostic;
    if (!captures.some((own) => own.name === at.file && holdsRefusal(own))) return diagnostic;
    return { ...diagnostic, severity: "warning", notes: [...notes, "the answer is from the other captures"] };
  });
}
