/**
 * Rules that a newer iptables wrote, as an older one lists them: it leaves out what it does not know how the newer one keeps in the
 * kernel. They are not missing there.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { namesWith } from "../../rulesets/iptables/capture.js";
import { SERVICES, serviceHashOf } from "./kube-chains.js";
import type { SideTables } from "./side.js";

const PORT = / --(?:dports?|destination-ports?) /;

/** So many endpoints' chains are looked into: where the tool does not know DNAT, it knows it in none. */
const MOST_LOOKED_INTO = 4;

/** The error for such a listing, naming the rule that tells it; undefined where rules are whole. */
export function findOlderTool(tables: SideTables): Diagnostic | undefined {
  const nat = tables.get("nat");
  if (!nat) return undefined;
  const jumps = (nat.chains.get(SERVICES)?.texts ?? []).filter((text) => {
    const [, target = ""] = / -j (\S+)$/.exec(text) ?? [];
    return serviceHashOf(target) !== undefined;
  });
  // One rule may have lost its port by itself.
  if (jumps.length > 1 && !jumps.some((text) => PORT.test(text)))
    return olderTool(jumps[0]!, `none of ${jumps.length} rules of ${SERVICES} asks for a port`, nat.file);
  let left = MOST_LOOKED_INTO;
  for (const name of namesWith(nat.chains, "KUBE-SEP-")) {
    if (left-- === 0) break;
    const unknown = nat.chains.get(name)?.texts.find((text) => text.includes("[unsupported revision]"));
    if (unknown !== undefined) return olderTool(unknown, "it does not know the DNAT of endpoints", nat.file);
  }
  return undefined;
}

function olderTool(rule: string, why: string, file: string | undefined): Diagnostic {
  return {
    code: "capture-by-older-tool",
    severity: "error",
    message: `the rules were listed by an iptables that leaves out parts of what a newer one wrote: ${why}`,
    ...(file !== undefined && { at: { file } }),
    notes: [
      `the rule that tells it: ${rule.replace(/[^ -~]/g, "?").slice(0, 200)}`,
      "list them with the iptables that kube-proxy uses: kubectl -n kube-system exec POD -- iptables-save > node.txt",
    ],
  };
}
