/** A table of nftables mode as kube-proxy writes it, endpoint chains filled into the text of one of them. */
import type { NftProgram, TableByEndpoint } from "../backends/nftables/index.js";
import { AFFINITY_PREFIX, ENDPOINT_PREFIX } from "../backends/nftables/names.js";
import type { EndpointChain, ServicePortPlan } from "../backends/nftables/plan.js";
import { addChain, addCounter, addElement, addRule, addSet, addTable } from "../rulesets/nftables/print.js";
import type { NftChain } from "../rulesets/nftables/types.js";

/** Texts that stand around what differs: the name without its prefix, or the address. */
interface Pattern {
  readonly texts: readonly string[];
  readonly isBase: readonly boolean[];
}

/** Chains whose lines are handed on together. */
const TOGETHER = 64;

/** Stand for what differs from one endpoint to the next; no word of a rule is written so. */
const BASE = "<base>";
const PLAIN_ADDRESS = { ip: /^[0-9.]+$/, ip6: /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/ };
const ADDRESS = { ip: "*address*", ip6: "*:address*" };

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
  for (const set of otherSets) for (const element of set.elements) yield addElement(where, set.name, element);
}

/** The lines of endpoints. */
class EndpointTexts {
  readonly #byEndpoint: TableByEndpoint;
  readonly #family: "ip" | "ip6";
  readonly #where: string;
  readonly #rules = new Map<string, Pattern>();
  readonly #sets = new Map<number, Pattern>();

  constructor(byEndpoint: TableByEndpoint, family: "ip" | "ip6", where: string) {
    this.#byEndpoint = byEndpoint;
    this.#family = family;
    this.#where = where;
  }

  chains(): Iterable<string> {
    const pattern = patternOf(addChain(this.#where, { name: ENDPOINT_PREFIX + BASE }));
    return this.#filled(() => pattern);
  }

  sets(): Iterable<string> {
    const { endpoints } = this.#byEndpoint;
    return this.#filled((n) => {
      const plan = endpoints.planAt(n);
      const seconds = plan.port.affinitySeconds;
      if (seconds === undefined) return undefined;
      let pattern = this.#sets.get(seconds);
      if (!pattern) {
        const set = this.#byEndpoint.setNamed(AFFINITY_PREFIX + BASE, plan);
        this.#sets.set(seconds, (pattern = patternOf(addSet(this.#where, set))));
      }
      return pattern;
    });
  }

  rules(): Iterable<string> {
    const { endpoints } = this.#byEndpoint;
    const { ports, ips, planOf } = endpoints;
    const patterns: { port: number; pattern: Pattern }[] = [];
    return this.#filled((n) => {
      if (!this.#isPlain(ips[n]!)) return patternOf(this.#rulesOf(endpoints.chainAt(n)));
      const plan = planOf[n]!;
      const port = ports[n]!;
      let last = patterns[plan];
      if (last?.port !== port) patterns[plan] = last = { port, pattern: this.#rulesPattern(endpoints.planAt(n), port) };
      return last.pattern;
    });
  }

  /** Of the table's family, and written without quotes. */
  #isPlain(ip: string): boolean {
    return PLAIN_ADDRESS[this.#family].test(ip);
  }

  #rulesOf(chain: EndpointChain): string {
    return this.#byEndpoint
      .rulesOfEndpoint(chain)
      .map((rule) => addRule(this.#where, rule))
      .join("\n");
  }

  /** Those of endpoints of one protocol and port are alike. */
  #rulesPattern({ protocol, origin, port: { affinitySeconds } }: ServicePortPlan, port: number): Pattern {
    const hasAffinity = affinitySeconds !== undefined;
    const key = protocol + hasAffinity + port;
    let pattern = this.#rules.get(key);
    if (!pattern) {
      const chain: EndpointChain = {
        kind: "endpoint",
        name: ENDPOINT_PREFIX + BASE,
        address: ADDRESS[this.#family],
        affinitySet: hasAffinity ? AFFINITY_PREFIX + BASE : undefined,
        port,
        protocol,
        origin,
      };
      this.#rules.set(key, (pattern = patternOf(this.#rulesOf(chain))));
    }
    return pattern;
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

function patternOf(text: string): Pattern {
  const pieces = text.split(/(<base>|\*:?address\*)/);
  return {
    texts: pieces.filter((_, i) => i % 2 === 0),
    isBase: pieces.filter((_, i) => i % 2 === 1).map((gap) => gap === BASE),
  };
}

function filled({ texts, isBase }: Pattern, base: string, ip: string): string {
  let text = texts[0]!;
  for (let i = 0; i < isBase.length; i++) text += (isBase[i] ? base : ip) + texts[i + 1]!;
  return text;
}
