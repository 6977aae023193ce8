/** kube-proxy's documents brought into one order, so that texts that mean the same are equal. */
import { singleLines } from "../render/chunks.js";

const DISPATCH_CHAINS: ReadonlySet<string> = new Set([
  "KUBE-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-EXTERNAL-SERVICES",
  "KUBE-PROXY-FIREWALL",
  "KUBE-IPVS-OUT-FILTER",
]);

/** Rules at the end of a dispatch chain stay there. */
function stage(rule: string): number {
  return rule.includes("must be the last rule") || rule.includes("--dst-type LOCAL") ? 1 : 0;
}

/**
 * Tables and chains by name, rules in their order within a chain; in the chains whose order between services kube-proxy
 * leaves to chance, sorted. `texts`: lines, each alone or several joined.
 */
export function canonicalRules(texts: Iterable<string>): string[] {
  const tables = new Map<string, { readonly chains: Set<string>; readonly rules: Map<string, string[]> }>();
  let table: { readonly chains: Set<string>; readonly rules: Map<string, string[]> } | undefined;
  for (const line of singleLines(texts)) {
    if (line.startsWith("*")) {
      table = tables.get(line) ?? { chains: new Set(), rules: new Map() };
      tables.set(line, table);
    } else if (line.startsWith(":")) table!.chains.add(line.split(" ").slice(0, 2).join(" "));
    else if (line.startsWith("-A ")) {
      const chain = line.split(" ")[1]!;
      const rules = table!.rules.get(chain) ?? [];
      rules.push(line);
      table!.rules.set(chain, rules);
    }
  }
  return [...tables.keys()].sort().flatMap((name) => {
    const { chains, rules } = tables.get(name)!;
    return [
      name,
      ...[...chains].sort(),
      ...[...rules.keys()].sort().flatMap((chain) => {
        const own = rules.get(chain)!;
        if (DISPATCH_CHAINS.has(chain)) own.sort((a, b) => stage(a) - stage(b) || (a < b ? -1 : a > b ? 1 : 0));
        return own;
      }),
      "COMMIT",
    ];
  });
}
