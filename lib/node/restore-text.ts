/** A text for iptables-restore, as kube-proxy and `compile` write it, in the place of a capture. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Change } from "../diff/types.js";
import type { IPFamily } from "../net/ip.js";
import { BUILT_IN_CHAINS } from "../rulesets/iptables/capture.js";
import type { NodeReading } from "./read-node.js";

/** kube-proxy writes an address, iptables-save a network of that one address. */
const BARE_ADDRESS = / -d [\da-fA-F.:]+ /;

/** The error why jumps are not judged: the text has no built-in chain, which a node always has, and kube-proxy's spelling. */
export async function restoreTextTold(
  reading: NodeReading,
  families: readonly IPFamily[],
  changes: readonly Change[],
): Promise<Diagnostic[]> {
  if (reading.mode !== "iptables" || !changes.some(({ kind }) => kind === "jump-missing")) return [];
  const { selectTables } = await import("../diff/iptables/select-tables.js");
  for (const family of families) {
    const { tables } = selectTables(reading.captures, family);
    const all = [...tables.values()];
    const services = all.flatMap(({ chains }) => chains.get("KUBE-SERVICES")?.texts ?? []);
    const file = all[0]?.file;
    const hasBuiltIn = all.some(({ chains }) => [...BUILT_IN_CHAINS].some((name) => chains.get(name) !== undefined));
    if (!hasBuiltIn && services.some((text) => BARE_ADDRESS.test(text)))
      return [
        {
          code: "capture-is-restore-text",
          severity: "error",
          message:
            "the capture is a text for iptables-restore, as kube-proxy and svcrules compile write it: it has no built-in chains, so that nothing is said of the jumps from them",
          ...(file !== undefined && { at: { file } }),
          notes: [
            "what it holds is compared; of what kube-proxy does not change its log has nothing",
            "capture the node with iptables-save, or write what it would show: svcrules compile --output save",
          ],
        },
      ];
  }
  return [];
}

/** A jump from a chain that no text for iptables-restore has. */
export function isJumpFromBuiltIn({ kind, chain }: Change): boolean {
  return kind === "jump-missing" && chain !== undefined && BUILT_IN_CHAINS.has(chain);
}
