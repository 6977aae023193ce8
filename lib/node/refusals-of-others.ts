/** Tools of another mode that gave nothing are no loss where all that is wanted was compared. */
import type { ProxyMode } from "../config/proxy-config.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

const TOOLS: Readonly<Record<ProxyMode, RegExp>> = {
  iptables: /ip6?tables/,
  ipvs: /ip6?tables|ipvsadm|ipset/,
  nftables: /\bnft\b/,
};
const NAMES_A_TOOL = /\b(ip6?tables|ipvsadm|ipset|nft)\b/;

/** The diagnostics with a note for each refusal of a tool that the mode has no need of. */
export function excuseOthers(diagnostics: readonly Diagnostic[], mode: ProxyMode): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { code, message } = diagnostic;
    const isOfOther = code === "capture-refused" && NAMES_A_TOOL.test(message) && !TOOLS[mode].test(message);
    return isOfOther ? { ...diagnostic, severity: "note" } : diagnostic;
  });
}
