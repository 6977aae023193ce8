/** Tools of another mode that gave nothing are no loss where all that is wanted was compared. */
import type { ProxyMode } from "../../config/proxy-config.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { toolOfRefusal } from "../../rulesets/capture-text/refusal.js";

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
