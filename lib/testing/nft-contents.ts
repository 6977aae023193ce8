/** Everything about an nftables table that matters for comparing, in normal form. */
import { normalRuleText } from "../rulesets/nftables/normalize.js";
import type { NftTable } from "../rulesets/nftables/types.js";

export interface NftContentsOptions {
  /** Comments of the table and its chains, which nft's JSON lacks up to 1.0.7. */
  readonly objectComments?: boolean;
}

/** Chains with their rules, and sets with their elements, sorted where order means nothing. */
export function nftContents(table: NftTable, { objectComments = true }: NftContentsOptions = {}) {
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
  const rules = new Map<string, string[]>();
  for (const rule of table.rules) {
    const body = `${normalRuleText(rule)} # ${rule.comment ?? ""}`;
    const own = rules.get(rule.chain);
    if (own) own.push(body);
    else rules.set(rule.chain, [body]);
  }
  return {
    family: table.family,
    comment: objectComments ? table.comment : undefined,
    chains: [...table.chains].sort(byName).map(({ name, base, comment }) => ({
      name,
      comment: objectComments ? comment : undefined,
      base: base && { ...base, policy: base.policy ?? "accept" },
      rules: rules.get(name) ?? [],
    })),
    sets: [...table.sets].sort(byName).map((set) => ({
      kind: set.kind,
      name: set.name,
      keyType: set.keyType,
      valueType: set.valueType,
      flags: set.flags.filter((flag) => flag !== "dynamic"),
      timeoutSeconds: set.timeoutSeconds,
      comment: set.comment,
      elements: set.elements.map(({ key, comment, verdict }) => JSON.stringify([key, comment, verdict])).sort(),
    })),
  };
}
