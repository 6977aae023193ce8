/** Whether a capture is what `grep KUBE` left of one. */
import { BUILT_IN_CHAINS, type CapturedTable } from "./capture.js";

type Chains = ReadonlyMap<
  string,
  { readonly size: number; readonly texts: readonly string[]; readonly policy?: string }
>;

/**
 * Whether each rule of a table names KUBE, and something else is missing: a line that the tool prints (`lacksLines`), or all rules of
 * a chain that nothing jumps to. Of a table that refuses nothing by its policies it does not matter.
 */
export function mayBeFiltered(chains: Chains, lacksLines: boolean): boolean {
  if (!refusesByKubeAlone(chains)) return false;
  // No rule of others leads to a chain of theirs.
  const isLeft = (name: string) => !name.includes("KUBE") && !BUILT_IN_CHAINS.has(name) && chains.get(name)!.size === 0;
  return lacksLines || [...chains.keys()].some(isLeft);
}

/**
 * The same of the tables of a file, where no rule of all these is another program's. A node that refuses all that is sent to it
 * is reached by nobody, and `iptables -S` prints no line by which it could be told that there were more; who captures the whole of
 * a node has rules of its network plugin in some table.
 */
export function tellFiltered(tables: CapturedTable[], file: string): void {
  const isCandidate = ({ form, chains }: CapturedTable) =>
    refusesByKubeAlone(chains) && (form === "commands" || (form === "save" && chains.get("INPUT")?.policy === "DROP"));
  const own = tables.filter((table) => table.file === file);
  if (!own.some(isCandidate) || own.some(({ chains }) => hasOthers(chains))) return;
  for (const [i, table] of tables.entries())
    if (table.file === file && isCandidate(table)) tables[i] = { ...table, mayLackRules: true };
}

/** Whether a policy is DROP in a table of kube-proxy, and every rule is kube-proxy's. */
function refusesByKubeAlone(chains: Chains): boolean {
  if (![...BUILT_IN_CHAINS].some((name) => chains.get(name)?.policy === "DROP")) return false;
  return [...chains.keys()].some((name) => name.startsWith("KUBE-")) && !hasOthers(chains);
}

function hasOthers(chains: Chains): boolean {
  for (const name of chains.keys())
    if (!name.includes("KUBE") && chains.get(name)!.texts.some((text) => !text.includes("KUBE"))) return true;
  return false;
}
