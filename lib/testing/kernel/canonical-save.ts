/** iptables-save texts brought into one order, to compare what was loaded with what is read back. */

/** Chains in which kube-proxy leaves the order between services to chance. */
export const DISPATCH_CHAINS: ReadonlySet<string> = new Set([
  "KUBE-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-EXTERNAL-SERVICES",
  "KUBE-PROXY-FIREWALL",
]);

/**
 * A save text without comments and counters: tables and chain declarations sorted, rules grouped by chain in their own
 * order. Tables that hold nothing but built-in chains of policy ACCEPT are left out, since the flavours differ in
 * printing them. `unordered`: chains whose rules are sorted too.
 */
export function canonicalSave(text: string, unordered: ReadonlySet<string> = new Set()): string {
  const tables: { readonly name: string; readonly declarations: string[]; readonly rules: Map<string, string[]> }[] =
    [];
  for (const line of text.split("\n")) {
    const table = tables.at(-1);
    if (line === "" || line.startsWith("#") || line === "COMMIT") continue;
    if (line.startsWith("*")) tables.push({ name: line, declarations: [], rules: new Map() });
    else if (!table) throw new Error(`line outside a table: ${line}`);
    else if (line.startsWith(":")) table.declarations.push(line.replace(/ \[\d+:\d+\]$/, ""));
    else {
      const rule = line.replace(/^\[\d+:\d+\] /, "");
      const [, chain] = /^-A (\S+)/.exec(rule) ?? [];
      if (chain === undefined) throw new Error(`not a rule: ${line}`);
      const rules = table.rules.get(chain);
      if (rules) rules.push(rule);
      else table.rules.set(chain, [rule]);
    }
  }
  return tables
    .filter((table) => table.rules.size > 0 || table.declarations.some((line) => !line.endsWith(" ACCEPT")))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((table) => [
      table.name,
      ...table.declarations.sort(),
      ...[...table.rules]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([chain, rules]) => (unordered.has(chain) ? rules.sort() : rules)),
    ])
    .join("\n");
}
