/** The whole tables nat and filter as iptables-save (1.8.9, nf_tables) prints them on a node that holds nothing else. */
import type { IptablesProgram, OwnChain, TableProgram } from "../backends/iptables/index.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import type { Rule } from "../rulesets/iptables/types.js";
import { orderOfNames } from "../util/order-of-names.js";
import { filled, type Pattern } from "../rulesets/iptables/chain-pattern.js";
import { ChainTexts } from "./iptables-chain-texts.js";
import { declarationsOf } from "./iptables-restore.js";

/** Chains of the kernel, in the order iptables-save prints them. */
export const BUILT_IN_CHAINS: Readonly<Record<TableProgram["name"], readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

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
  const own = byChain && new OwnChains(new ChainTexts(byChain, family));
  for (const chains of byChain?.ownChains() ?? []) for (const chain of chains) own!.add(chain);
  const names = [...declared, ...(own?.names ?? [])];
  const order = orderOfNames(names);

  yield `*${name}`;
  for (const chain of builtIn) yield `:${chain} ACCEPT [0:0]`;
  for (let i = 0; i < order.length; i += 64) yield declarationsOf(order.slice(i, i + 64).map((j) => names[j]!));
  for (const chain of builtIn) if (others.has(chain)) yield others.get(chain)!;
  for (const i of order) {
    const text = i < declared.size ? others.get(names[i]!) : own!.textAt(i - declared.size);
    if (text) yield text;
  }
  yield "COMMIT";
}

/** Own chains in columns: hundreds of thousands are asked for in an order in which each object is far from the one before. */
class OwnChains {
  readonly names: string[] = [];
  readonly #patterns: (Pattern | undefined)[] = [];
  readonly #ips: string[] = [];
  readonly #ports: number[] = [];
  /** Those without a pattern. */
  readonly #others = new Map<number, OwnChain>();
  readonly #texts: ChainTexts;

  constructor(texts: ChainTexts) {
    this.#texts = texts;
  }

  add(chain: OwnChain): void {
    const pattern = this.#texts.patternOf(chain);
    if (!pattern) this.#others.set(this.names.length, chain);
    this.names.push(chain.name);
    this.#patterns.push(pattern);
    this.#ips.push(chain.ip ?? "");
    this.#ports.push(chain.owner.port);
  }

  textAt(i: number): string {
    const pattern = this.#patterns[i];
    return pattern
      ? filled(pattern, this.names[i]!, this.#ips[i]!, this.#ports[i]!)
      : this.#texts.byRules(this.#others.get(i)!);
  }
}
