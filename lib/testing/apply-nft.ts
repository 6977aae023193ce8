/** nft commands applied to a table in memory as the kernel would, for tests of patches. */
import { parseNftCommands } from "../rulesets/nftables/parse-commands.js";
import type { NftChain, NftElement, NftRule, NftSet, NftTable } from "../rulesets/nftables/types.js";

/** The table after a transaction; throws where the kernel would refuse it. */
export function applyNft(table: NftTable, commands: Iterable<string>): NftTable & { readonly rules: NftRule[] } {
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  const sets = new Map(table.sets.map((set) => [set.name, set]));
  let rules = [...table.rules];
  const uses = (name: string) =>
    rules.some(({ statements }) => JSON.stringify(statements).includes(`"${name}"`)) ||
    [...sets.values()].some(({ elements }) =>
      elements.some(({ verdict }) => JSON.stringify(verdict)?.includes(`"${name}"`)),
    );
  for (const command of commands) {
    const [verb, kind, , , name = ""] = command.split(" ");
    if (verb === "add") {
      const added = parseAdd(table, command, sets.get(name));
      for (const chain of added.chains) chains.set(chain.name, chain);
      for (const rule of added.rules as NftRule[]) {
        if (!chains.has(rule.chain)) throw new Error(`no chain for ${command}`);
        rules.push(rule);
      }
      if (kind === "element") addElements(sets, name, added.sets[0]!.elements, chains);
      else for (const set of added.sets) sets.set(set.name, set);
      continue;
    }
    if (kind === "chain" && !chains.has(name)) throw new Error(`no chain: ${command}`);
    if (verb === "flush" && kind === "chain") rules = rules.filter(({ chain }) => chain !== name);
    else if (verb === "delete" && kind === "chain") {
      rules = rules.filter(({ chain }) => chain !== name);
      if (uses(name)) throw new Error(`busy: ${command}`);
      chains.delete(name);
    } else if (verb === "delete" && (kind === "set" || kind === "map")) {
      if (uses(name)) throw new Error(`busy: ${command}`);
      if (!sets.delete(name)) throw new Error(`no set: ${command}`);
    } else if (verb === "delete" && kind === "element") {
      const set = sets.get(name);
      const key = /\{ (.*) \}$/.exec(command)?.[1];
      const left = set?.elements.filter((element) => element.key.join(" . ") !== key);
      if (!set || left!.length === set.elements.length) throw new Error(`no element: ${command}`);
      sets.set(name, { ...set, elements: left! });
    } else throw new Error(`not understood: ${command}`);
  }
  return { ...table, chains: [...chains.values()], sets: [...sets.values()], rules };
}

function parseAdd(
  table: NftTable,
  command: string,
  set: NftSet | undefined,
): { chains: readonly NftChain[]; sets: readonly NftSet[]; rules: Iterable<NftRule> } {
  const declared = set && command.startsWith("add element");
  const type = `${set?.keyType.join(" . ")}${set?.valueType === undefined ? "" : ` : ${set.valueType}`}`;
  const before = declared ? [`add ${set.kind} ${table.family} ${table.name} ${set.name} { type ${type} ; }`] : [];
  const { tables, unread } = parseNftCommands([...before, command]);
  if (unread.length > 0) throw new Error(`cannot be read: ${command}`);
  return tables[0]!;
}

function addElements(
  sets: Map<string, NftSet>,
  name: string,
  elements: readonly NftElement[],
  chains: ReadonlyMap<string, NftChain>,
): void {
  const set = sets.get(name)!;
  for (const { key, verdict } of elements) {
    if (verdict && "chain" in verdict && !chains.has(verdict.chain)) throw new Error(`no chain ${verdict.chain}`);
    const text = key.join(" . ");
    if (
      set.elements.some(
        (other) => other.key.join(" . ") === text && JSON.stringify(other.verdict) !== JSON.stringify(verdict),
      )
    )
      throw new Error(`element exists: ${text}`);
  }
  sets.set(name, { ...set, elements: [...set.elements, ...elements] });
}
