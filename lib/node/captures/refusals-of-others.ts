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

/**
 * The diagnostics with a note for each refusal of a tool that the mode has no need of, and for each empty file that is named as
 * what such a tool prints: `ipset save` prints nothing where there are no sets. `noIPv6`: no Service has an IPv6 address.
 */
export function excuseOthers(diagnostics: readonly Diagnostic[], mode: ProxyMode, noIPv6 = false): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { code, message } = diagnostic;
    if (isEmptyOfOther(diagnostic, mode, noIPv6))
      return { ...diagnostic, severity: "note", notes: ["nothing in it is needed to compare this node"] };
    const tool = code === "capture-refused" ? toolOfRefusal(message) : undefined;
    const isOfOther = tool !== undefined && !TOOLS[mode].test(message) && !TOOLS[mode].test(tool);
    return isOfOther ? { ...diagnostic, severity: "note" } : diagnostic;
  });
}

/** `iptables-legacy-save` prints nothing where rules are those of iptables-nft, and the other way round. */
const EITHER_KIND = /(?<!6)tables-(?:legacy|nft)/;
const OF_IPV6 = /ip6tables/;
const TOOL_IN_NAME = /ip6?tables|ipvsadm|ipset|\bnft/;

function isEmptyOfOther({ code, message, at }: Diagnostic, mode: ProxyMode, noIPv6: boolean): boolean {
  if (code !== "capture-empty" || message !== "the file is empty" || !at || !("file" in at)) return false;
  const base = at.file.slice(at.file.lastIndexOf("/") + 1).toLowerCase();
  const [tool] = TOOL_IN_NAME.exec(base) ?? [];
  if (tool === undefined) return false;
  return !TOOLS[mode].test(tool) || EITHER_KIND.test(base) || (noIPv6 && OF_IPV6.test(base));
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
