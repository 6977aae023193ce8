/** An iptables table made ready to be walked: rules by chain, found by destination, their tests built on first use. */
import type { Rule, Table } from "../../rulesets/iptables/types.js";
import type { IPFamily } from "../../net/ip.js";
import { singleHost } from "../address-matcher.js";
import type { Likelihood } from "../branch.js";
import type { PacketState } from "../packet-state.js";
import type { Question } from "../types.js";
import { askedBy } from "./asked-by.js";
import { both, matchClause, type MatchContext, type PacketTest } from "./match-clause.js";

export interface ChainProgram {
  readonly name: string;
  /** Of a built-in chain. */
  readonly policy: string | undefined;
  readonly rules: readonly Rule[];
  /** Positions, ascending, of the rules that a packet to the address can match. */
  readonly candidates: (destination: string) => readonly number[];
  readonly likelihood: (position: number, state: PacketState) => Likelihood;
  /** What a rule with an unknown likelihood asks for. */
  readonly asks: (position: number, state: PacketState) => Question | undefined;
}

export type TableProgram = ReadonlyMap<string, ChainProgram>;

/** The chains of a table by name. */
export function prepareTable(table: Table, family: IPFamily, context: MatchContext): TableProgram {
  const rules = new Map<string, Rule[]>();
  for (const chain of table.chains) rules.set(chain.name, []);
  for (const rule of table.rules) {
    const list = rules.get(rule.chain);
    if (list) list.push(rule);
    else rules.set(rule.chain, [rule]);
  }
  const policies = new Map(table.chains.map((chain) => [chain.name, chain.policy]));
  return new Map(
    [...rules].map(([name, list]) => [name, prepareChain(name, policies.get(name), list, family, context)]),
  );
}

function prepareChain(
  name: string,
  policy: string | undefined,
  rules: readonly Rule[],
  family: IPFamily,
  context: MatchContext,
): ChainProgram {
  const tests: PacketTest[][] = [];
  return {
    name,
    policy,
    rules,
    candidates: indexByDestination(rules, family),
    likelihood: (position, state) => {
      const built = (tests[position] ??= rules[position]!.clauses.map((clause) => matchClause(clause, context)));
      let likelihood: Likelihood = 1;
      for (const test of built) {
        likelihood = both(likelihood, test(state));
        if (likelihood === 0) return 0;
      }
      return likelihood;
    },
    asks: (position, state) => askedBy(rules[position]!, state, context.addresses),
  };
}

/** Dispatch chains have a rule for each service address: only those of the packet's own need a look. */
function indexByDestination(rules: readonly Rule[], family: IPFamily): (destination: string) => readonly number[] {
  let index: { readonly hosts: Map<string, number[]>; readonly others: number[] } | undefined;
  let last: { readonly destination: string; readonly positions: readonly number[] } | undefined;
  const build = () => {
    const hosts = new Map<string, number[]>();
    const others: number[] = [];
    for (const [position, rule] of rules.entries()) {
      const clause = rule.clauses.find((c) => c.kind === "destination" && !c.negated);
      const host = clause?.kind === "destination" ? singleHost(clause.address, family) : undefined;
      if (host === undefined) others.push(position);
      else if (hosts.has(host)) hosts.get(host)!.push(position);
      else hosts.set(host, [position]);
    }
    return { hosts, others };
  };
  return (destination) => {
    if (last?.destination === destination) return last.positions;
    index ??= build();
    const own = index.hosts.get(destination);
    const positions = own ? [...own, ...index.others].sort((a, b) => a - b) : index.others;
    last = { destination, positions };
    return positions;
  };
}
