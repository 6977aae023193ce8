/** The texts of chains of one service port each, in iptables-save's spelling. */
import type { OwnChain, TableByChain } from "../backends/iptables/index.js";
import { canonicalIP, type IPFamily } from "../net/ip.js";
import { filled, ipv4Of, type Filling, type Pattern } from "../rulesets/iptables/chain-pattern.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import type { Rule } from "../rulesets/iptables/types.js";

/**
 * Stand for what differs from one endpoint's chain to the next, in the order of the numbers of a pattern's gaps; no word of
 * its rules is written so.
 */
const GAPS = ["<name>", "<address>", "<target>"] as const;

/**
 * Prints chains. Of endpoint chains that are alike in all but their names and endpoints one is printed rule by rule, and
 * the others are filled into its text: what the rules of all of them are made of is a chance place of memory each, when
 * they are asked for in the order of their names.
 */
export class ChainTexts {
  readonly #byChain: TableByChain;
  readonly #family: IPFamily;
  readonly #patterns = new Map<string, Pattern>();

  constructor(byChain: TableByChain, family: IPFamily) {
    this.#byChain = byChain;
    this.#family = family;
  }

  /** The chain's rules, one a line, the last without its newline. */
  textOf(chain: OwnChain): string {
    const pattern = this.patternOf(chain);
    return pattern ? filled(pattern, chain.name, chain.ip!, chain.owner.port) : this.byRules(chain);
  }

  /** The same as a pattern and what is filled in; undefined where it has to be told as text. */
  fillingOf({ ip, target, owner }: OwnChain): Filling | undefined {
    if (ip === undefined || target !== undefined || owner.alike === undefined || this.#family === "IPv6")
      return undefined;
    const address = ipv4Of(ip);
    const pattern = address < 0 ? undefined : this.#patterns.get(owner.alike);
    return pattern && { pattern, address, port: owner.port };
  }

  /** The same without a pattern. */
  byRules(chain: OwnChain): string {
    return rulesText(this.#byChain.rulesOf(chain), this.#family);
  }

  /** What the chain's name, address and port have to be filled into; undefined where its rules must be printed. */
  patternOf(chain: OwnChain): Pattern | undefined {
    const { ip, target, owner } = chain;
    if (ip === undefined || target !== undefined || owner.alike === undefined) return undefined;
    if (ip.includes(":") !== (this.#family === "IPv6") || canonicalIP(ip) !== ip) return undefined;
    return this.sharedPattern(chain, owner.alike);
  }

  /** The pattern of all endpoint chains that are alike in this way, as this one is. */
  sharedPattern(chain: OwnChain, alike: string): Pattern {
    let pattern = this.#patterns.get(alike);
    if (!pattern) {
      const [name, address, target] = GAPS;
      pattern = patternOfText(this.byRules({ ...chain, name, ip: address, target }));
      this.#patterns.set(alike, pattern);
    }
    return pattern;
  }
}

function patternOfText(text: string): Pattern {
  const pieces = text.split(/(<name>|<address>|<target>)/);
  const isGap = (i: number) => i % 2 === 1;
  return {
    texts: pieces.filter((_, i) => !isGap(i)),
    gaps: pieces.filter((_, i) => isGap(i)).map((gap) => GAPS.findIndex((one) => one === gap)),
  };
}

function rulesText(rules: readonly Rule[], family: IPFamily): string {
  let text = "";
  for (let i = 0; i < rules.length; i++) text += (i > 0 ? "\n" : "") + printRuleSave(rules[i]!, family);
  return text;
}
