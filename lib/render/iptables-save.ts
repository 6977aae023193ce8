/** The whole tables nat and filter as iptables-save (1.8.9, nf_tables) prints them on a node that holds nothing else. */
import {
  endpointChain,
  serviceChain,
  type IptablesProgram,
  type OwnChain,
  type TableProgram,
} from "../backends/iptables/index.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import type { Rule } from "../rulesets/iptables/types.js";
import { orderOfNames } from "../util/order-of-names.js";
import { ChainRows, type ChainsInOrder } from "./chains-in-order.js";
import { ChainTexts } from "./iptables-chain-texts.js";
import { declarationsOf } from "./iptables-restore.js";

/** Chains of the kernel, in the order iptables-save prints them. */
export const BUILT_IN_CHAINS: Readonly<Record<TableProgram["name"], readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

/** Declarations that are put together. */
const GROUP = 64;

/**
 * The tables as a kernel would hold them after kube-proxy's first sync: built-in chains first, then the others by name.
 * Several lines at a time, the last without its newline.
 */
export function* renderIptablesSave(program: IptablesProgram): Iterable<string> {
  for (const table of program.tables) yield* savedTable(table, program);
}

function* savedTable(table: TableProgram, { jumps, family }: IptablesProgram): Iterable<string> {
  const { name, byChain } = table;
  const builtIn = BUILT_IN_CHAINS[name];
  // Each jump is put in front of the earlier ones, so they read in reverse.
  const ownJumps = jumps.filter((jump) => jump.table === name).toReversed();
  const others = new Map<string, string>();
  const add = (rules: readonly Rule[]) => {
    for (const rule of rules) {
      const held = others.get(rule.chain);
      others.set(rule.chain, (held === undefined ? "" : held + "\n") + printRuleSave(rule, family));
    }
  };
  add(ownJumps.map(({ rule }) => rule));
  for (const rules of byChain ? byChain.otherRules() : table.rules()) add(rules);
  const declared = new Set(byChain ? byChain.otherChains : [...table.chains()].flat());
  for (const { rule } of ownJumps) if (rule.target.kind === "jump") declared.add(rule.target.chain);
  const texts = byChain && new ChainTexts(byChain, family);
  const rows = texts && new ChainRows(texts, family);
  const printed = new Map<string, OwnChain>();
  for (const { owner, service, endpoints } of byChain?.ownChains() ?? []) {
    const ownNames = endpoints.chains;
    for (const name of service) printed.set(name, serviceChain(owner, name));
    for (const i of rows!.add(owner, endpoints))
      printed.set(ownNames[i]!, endpointChain(owner, endpoints, ownNames, i));
  }
  const names = [...declared, ...printed.keys()];
  const order = orderOfNames(names).map((i) => names[i]!);
  const endpoints = rows?.inOrder();
  const textOf = (chain: string) =>
    others.get(chain) ?? (printed.has(chain) ? texts!.byRules(printed.get(chain)!) : "");

  yield `*${name}`;
  for (const chain of builtIn) yield `:${chain} ACCEPT [0:0]`;
  yield* merged(order, endpoints, declarationOf, (from, to) => declarationsOf(endpoints!.namesOf(from, to)));
  for (const chain of builtIn) if (others.has(chain)) yield others.get(chain)!;
  for (const text of merged(order, endpoints, textOf, (from, to) => endpoints!.textOf(from, to)))
    if (text !== "") yield text;
  yield "COMMIT";
}

const declarationOf = (chain: string) => declarationsOf([chain]);

/** What is made of chains and endpoints' chains, of the latter several at a time, in the order of the names of all. */
function* merged(
  chains: readonly string[],
  endpoints: ChainsInOrder | undefined,
  ofChain: (name: string) => string,
  ofEndpoints: (from: number, to: number) => string,
): Iterable<string> {
  let from = 0;
  const upTo = function* (end: number) {
    for (; from < end; from = Math.min(from + GROUP, end)) yield ofEndpoints(from, Math.min(from + GROUP, end));
  };
  for (const name of chains) {
    if (endpoints) yield* upTo(endpoints.countBelow(name));
    yield ofChain(name);
  }
  if (endpoints) yield* upTo(endpoints.length);
}
