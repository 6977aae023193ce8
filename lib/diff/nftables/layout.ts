/** How a release lays its table out, told by objects that do not hang on services. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { NftTable } from "../../rulesets/nftables/types.js";

/** The releases that lay a table out so, "1.34 and 1.35"; undefined when the table has no layout that is known. */
export function layoutOf(table: NftTable | CapturedNftTable): string | undefined {
  const names = new Set(table.chains.map(({ name }) => name));
  if (!names.has("services")) return undefined;
  if (usesHairpinSet(table, names)) return "1.36";
  return names.has("filter-prerouting-pre-dnat") ? "1.33.6 to 1.35" : "1.31 to 1.33.5";
}

/** The set may be left from a release that used it; so may the chain that it replaced. */
function usesHairpinSet(table: NftTable | CapturedNftTable, names: ReadonlySet<string>): boolean {
  if (!("rulesOfChains" in table)) return !names.has("mark-for-masquerade");
  const at = table.chains.findIndex(({ name }) => name === "masquerading");
  return (table.rulesOfChains[at] ?? []).some(({ statements }) =>
    statements.some(
      (s) => s.kind === "match" && s.right.kind === "set-reference" && s.right.name === "hairpin-connections",
    ),
  );
}

/** The sentence for a node of another release than the one it is compared with; empty when the layouts agree. */
export function otherLayout(expected: NftTable, actual: CapturedNftTable): string[] {
  const wanted = layoutOf(expected);
  const held = layoutOf(actual);
  if (wanted === undefined || held === undefined || wanted === held) return [];
  return [`the node's rules are laid out as by kube-proxy ${held}, not ${wanted}: another --kube-version may be right`];
}
