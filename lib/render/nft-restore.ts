/** A table of nftables mode as kube-proxy writes it, endpoint chains filled into the text of one of them. */
import type { NftProgram, TableByEndpoint } from "../backends/nftables/index.js";
import { ENDPOINT_PREFIX } from "../backends/nftables/names.js";
import { addChain, addCounter, addElementText, addRule, addSet, addTable } from "../rulesets/nftables/print.js";
import type { NftChain, NftRule } from "../rulesets/nftables/types.js";
import { BASE, filled, patternOf, RulePatterns, SetPatterns, type Pattern } from "./nft-patterns.js";

/** Chains whose lines are handed on together. */
const TOGETHER = 64;

/**
 * The lines of `nftLines`, several at a time, the last without its newline. Chains of endpoints, and their sets, are
 * written from a few columns: objects and names for each are more than what else a compile keeps.
 */
export function* renderNftRestore(program: NftProgram): Iterable<string> {
  const { family, name, byEndpoint } = program;
  const { chainsBefore, chainsBehind, otherSets } = byEndpoint;
  const where = `${family} ${name}`;
  const texts = new EndpointTexts(byEndpoint, family, where);
  function* rulesOf(chains: readonly NftChain[]) {
    for (const chain of chains) for (const rule of program.rulesOfChain!(chain)) yield addRule(where, rule);
  }

  yield addTable(program);
  for (const chain of chainsBefore) yield addChain(where, chain);
  yield* texts.chains();
  for (const chain of chainsBehind) yield addChain(where, chain);
  yield* texts.sets();
  for (const set of otherSets) yield addSet(where, set);
  for (const counter of program.counters ?? []) yield addCounter(where, counter);
  yield* rulesOf(chainsBefore);
  yield* texts.rules();
  yield* rulesOf(chainsBehind);
  for (const { name: set } of otherSets)
    for (const text of byEndpoint.elements.textsOf(set)) yield addElementText(where, set, text);
}

/** The lines of endpoints. */
class EndpointTexts {
  readonly #byEndpoint: TableByEndpoint;
  readonly #where: string;
  readonly #rules: RulePatterns;
  readonly #sets: SetPatterns<Pattern>;

  constructor(byEndpoint: TableByEndpoint, family: "ip" | "ip6", where: string) {
    this.#byEndpoint = byEndpoint;
    this.#where = where;
    this.#rules = new RulePatterns(byEndpoint, family, (rules) => this.#printRules(rules));
    this.#sets = new SetPatterns(byEndpoint, (set) => patternOf(addSet(where, set)));
  }

  chains(): Iterable<string> {
    const pattern = patternOf(addChain(this.#where, { name: ENDPOINT_PREFIX + BASE }));
    return this.#filled(() => pattern);
  }

  sets(): Iterable<string> {
    return this.#filled((n) => this.#sets.at(n));
  }

  rules(): Iterable<string> {
    const { endpoints, rulesOfEndpoint } = this.#byEndpoint;
    return this.#filled((n) => this.#rules.at(n) ?? patternOf(this.#printRules(rulesOfEndpoint(endpoints.chainAt(n)))));
  }

  #printRules(rules: readonly NftRule[]): string {
    return rules.map((rule) => addRule(this.#where, rule)).join("\n");
  }

  *#filled(patternFor: (n: number) => Pattern | undefined): Iterable<string> {
    const { endpoints } = this.#byEndpoint;
    let text = "";
    let count = 0;
    for (let n = 0; n < endpoints.length; n++) {
      const pattern = patternFor(n);
      if (!pattern) continue;
      text += (count === 0 ? "" : "\n") + filled(pattern, endpoints.baseAt(n), endpoints.ips[n]!);
      if (++count === TOGETHER) {
        yield text;
        text = "";
        count = 0;
      }
    }
    if (count > 0) yield text;
  }
}
