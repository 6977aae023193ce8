/** The Services that a node has rules for. */
import { serviceNameIn } from "./owners.js";
import type { SideTables } from "./side.js";

const DISPATCH = ["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES"];

/** "ns/name" of each, told by the comments of the rules that lead to them. */
export function servicesHeld(tables: SideTables): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { chains } of tables.values())
    for (const chain of DISPATCH)
      for (const text of chains.get(chain)?.texts ?? []) {
        const name = serviceNameIn(/ --comment "?([^"]*)/.exec(text)?.[1] ?? "");
        if (name !== undefined) found.add(name.split(":")[0]!);
      }
  return found;
}
