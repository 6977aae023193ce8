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

/** Chains that are put together. */
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
  const printed: OwnChain[] = [];
  for (const { owner, service, endpoints } of byChain?.ownChains() ?? []) {
    const ownNames = endpoints.chains;
    for (const name of service) printed.push(serviceChain(owner, name));
    for (const i of rows!.add(owner, endpoints)) printed.push(endpointChain(owner, endpoints, ownNames, i));
  }
  const names = [...declared, ...printed.map((chain) => chain.name)];
  const order = orderOfNames(names);
  const endpoints = rows?.inOrder();
  const textOf = (i: number) =>
    i < declared.size ? others.get(names[i]!) : texts!.byRules(printed[i - declared.size]!);

  yield `*${name}`;
  for (const chain of builtIn) yield `:${chain} ACCEPT [0:0]`;
  for (const { chains, from, to } of runsOf(names, order, endpoints))
    yield declarationsOf(chains.length > 0 ? chains.map((i) => names[i]!) : endpoints!.namesOf(from, to));
  for (const chain of builtIn) if (others.has(chain)) yield others.get(chain)!;
  for (const { chains, from, to } of runsOf(names, order, endpoints)) {
    if (chains.length === 0) yield endpoints!.textOf(from, to);
    // Some have thousands of rules, others none.
    for (const i of chains) {
      const text = textOf(i);
      if (text) yield text;
    }
  }
  yield "COMMIT";
}

/** Chains that stand together: those at indexes of a list, or endpoints' chains from one up to another. */
interface Run {
  readonly chains: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** All chains in the order of their names, some at a time. */
function* runsOf(
  names: readonly string[],
  order: readonly number[],
  endpoints: ChainsInOrder | undefined,
): Iterable<Run> {
  let from = 0;
  let chains: number[] = [];
  const taken = (): Run => {
    const run = { chains, from, to: from };
    chains = [];
    return run;
  };
  for (let k = 0; k <= order.length; k++) {
    const name = k < order.length ? names[order[k]!]! : undefined;
    const end = !endpoints ? 0 : name === undefined ? endpoints.length : endpoints.countBelow(name);
    if (chains.length > 0 && (end > from || chains.length === GROUP || name === undefined)) yield taken();
    for (; from < end; from = Math.min(from + GROUP, end)) yield { chains: [], from, to: Math.min(from + GROUP, end) };
    if (name !== undefined) chains.push(order[k]!);
  }
}
