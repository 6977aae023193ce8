/** What brings a node's table to the expected state: one transaction for `nft -f` that touches only what differs. */
import { addChain, addCounter, addElement, addRule, addSet, nftLines } from "../../rulesets/nftables/print.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { NftChain, NftTable } from "../../rulesets/nftables/types.js";
import { isNftName, isTypedElement } from "../../rulesets/nftables/typed-element.js";
import type { NftComparison } from "./compare-nftables.js";
import type { ChainDifference } from "./compare-chains.js";
import type { SetDifference } from "./compare-sets.js";
import { isKubeProxyName } from "./leftovers.js";

/**
 * The lines of the transaction, none when nothing above severity info differs.
 * References go before what they refer to: chains are emptied and elements deleted first, then sets and chains are made
 * and filled, and stale chains are deleted last. Objects that kube-proxy does not name are left alone.
 */
export function* nftPatch(
  { changes, chains, sets }: NftComparison,
  expected: NftTable,
  actual: CapturedNftTable | undefined,
): Iterable<string> {
  if (!changes.some(({ severity }) => severity !== "info")) return;
  if (!actual) {
    yield* nftLines(expected);
    return;
  }
  const where = `${expected.family} ${expected.name}`;
  if (actual.dormant) yield `add table ${where}`;
  const remade = sets.filter((set) => set.expected && set.actual && set.declaration);
  const emptied = chainsToEmpty(chains, remade, expected, actual);
  const stale = chains.filter(({ expected: wanted, name }) => !wanted && isOwnName(name));
  for (const name of emptied.keys()) yield `flush chain ${where} ${name}`;
  for (const { name } of stale) yield `flush chain ${where} ${name}`;
  yield* deleteElements(sets, where);
  for (const { name, actual: set } of remade) yield `delete ${set!.kind} ${where} ${name}`;
  for (const { name, expected: wanted, actual: set } of sets)
    if (!wanted && isOwnName(name)) yield `delete ${set!.kind} ${where} ${name}`;
  yield* addCounters(chains, where);
  for (const { name, expected: wanted, actual: held, base } of chains) {
    if (!wanted) continue;
    if (base) yield `delete chain ${where} ${name}`;
    if (base || !held) yield addChain(where, wanted.chain);
  }
  for (const { expected: wanted, actual: held, declaration } of sets)
    if (wanted && (declaration || !held)) yield addSet(where, wanted);
  yield* fillChains(emptied, chains, expected, where);
  yield* addElements(sets, where);
  for (const { name } of stale) yield `delete chain ${where} ${name}`;
}

/** Chains whose rules are written anew: those that differ, and those that use a set that is made anew. */
function chainsToEmpty(
  chains: readonly ChainDifference[],
  remade: readonly SetDifference[],
  expected: NftTable,
  actual: CapturedNftTable,
): Map<string, NftChain> {
  const known = new Map(expected.chains.map((chain) => [chain.name, chain]));
  const emptied = new Map<string, NftChain>();
  for (const { name, expected: wanted, actual: held } of chains) if (wanted && held) emptied.set(name, wanted.chain);
  if (remade.length === 0) return emptied;
  const names = new Set(remade.map(({ name }) => name));
  for (const { chain, statements } of actual.rules) {
    const uses = statements.some(
      (statement) =>
        (statement.kind === "update-set" && names.has(statement.set)) ||
        (statement.kind === "vmap" && "name" in statement.map && names.has(statement.map.name)) ||
        (statement.kind === "match" && statement.right.kind === "set-reference" && names.has(statement.right.name)),
    );
    const wanted = uses ? known.get(chain) : undefined;
    if (wanted) emptied.set(chain, wanted);
  }
  return emptied;
}

function* deleteElements(sets: readonly SetDifference[], where: string): Iterable<string> {
  for (const { name, expected: wanted, declaration, elements } of sets)
    if (wanted && !declaration)
      for (const { key, actual: held, rival } of elements)
        if (held && !rival && isTypedElement(held, wanted.keyType)) yield `delete element ${where} ${name} { ${key} }`;
}

/** A name that kube-proxy gives, and no text that is more than a name. */
function isOwnName(name: string): boolean {
  return isNftName(name) && isKubeProxyName(name);
}

function* addElements(sets: readonly SetDifference[], where: string): Iterable<string> {
  for (const { name, expected: wanted, declaration, elements } of sets) {
    if (!wanted) continue;
    const missing = declaration
      ? wanted.elements
      : elements.flatMap(({ expected: element, rival }) => (element && !rival ? [element] : []));
    for (const element of missing) yield addElement(where, name, element);
  }
}

/** Counters that rules to be written name; `add` leaves one that is there as it is. */
function* addCounters(chains: readonly ChainDifference[], where: string): Iterable<string> {
  const names = new Set<string>();
  for (const { expected: wanted } of chains)
    for (const { statements } of wanted?.rules ?? [])
      for (const statement of statements)
        if (statement.kind === "counter" && statement.name !== undefined) names.add(statement.name);
  for (const name of names) yield addCounter(where, name);
}

function* fillChains(
  emptied: ReadonlyMap<string, NftChain>,
  chains: readonly ChainDifference[],
  expected: NftTable,
  where: string,
): Iterable<string> {
  const told = new Set<string>();
  for (const { name, expected: wanted } of chains) {
    told.add(name);
    for (const rule of wanted?.rules ?? []) yield addRule(where, rule);
  }
  const others = new Set([...emptied.keys()].filter((name) => !told.has(name)));
  if (others.size > 0) for (const rule of expected.rules) if (others.has(rule.chain)) yield addRule(where, rule);
}
