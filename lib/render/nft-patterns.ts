/** Texts of endpoint chains and their sets: those of endpoints that differ in name and address only are filled into one. */
import type { TableByEndpoint } from "../backends/nftables/index.js";
import { AFFINITY_PREFIX, ENDPOINT_PREFIX } from "../backends/nftables/names.js";
import type { EndpointChain, ServicePortPlan } from "../backends/nftables/plan.js";
import type { NftRule, NftSet } from "../rulesets/nftables/types.js";

/** Texts that stand around what differs: the name without its prefix, or the address. */
export interface Pattern {
  readonly texts: readonly string[];
  readonly isBase: readonly boolean[];
}

/** Stand for what differs from one endpoint to the next; no word of a rule is written so. */
export const BASE = "<base>";
const ADDRESS = { ip: "*address*", ip6: "*:address*" };
const PLAIN_ADDRESS = { ip: /^[0-9.]+$/, ip6: /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/ };

export function patternOf(text: string): Pattern {
  const pieces = text.split(/(<base>|\*:?address\*)/);
  return {
    texts: pieces.filter((_, i) => i % 2 === 0),
    isBase: pieces.filter((_, i) => i % 2 === 1).map((gap) => gap === BASE),
  };
}

export function filled({ texts, isBase }: Pattern, base: string, ip: string): string {
  let text = texts[0]!;
  for (let i = 0; i < isBase.length; i++) text += (isBase[i] ? base : ip) + texts[i + 1]!;
  return text;
}

/** The patterns of the chains' rules, as one printer writes them. */
export class RulePatterns {
  readonly #patterns = new Map<string, Pattern>();
  /** By plan, the one for its last port. */
  readonly #last: { readonly port: number; readonly pattern: Pattern }[] = [];

  constructor(
    private readonly byEndpoint: TableByEndpoint,
    private readonly family: "ip" | "ip6",
    private readonly print: (rules: readonly NftRule[]) => string,
  ) {}

  /** Undefined where the address is none of the table's family that is written without quotes. */
  at(n: number): Pattern | undefined {
    const { endpoints } = this.byEndpoint;
    if (!PLAIN_ADDRESS[this.family].test(endpoints.ips[n]!)) return undefined;
    const plan = endpoints.planOf[n]!;
    const port = endpoints.ports[n]!;
    let last = this.#last[plan];
    if (last?.port !== port) this.#last[plan] = last = { port, pattern: this.#patternFor(endpoints.planAt(n), port) };
    return last.pattern;
  }

  /** Those of endpoints of one protocol and port are alike. */
  #patternFor({ protocol, origin, port: { affinitySeconds } }: ServicePortPlan, port: number): Pattern {
    const hasAffinity = affinitySeconds !== undefined;
    const key = protocol + hasAffinity + port;
    let pattern = this.#patterns.get(key);
    if (!pattern) {
      const chain: EndpointChain = {
        kind: "endpoint",
        name: ENDPOINT_PREFIX + BASE,
        address: ADDRESS[this.family],
        affinitySet: hasAffinity ? AFFINITY_PREFIX + BASE : undefined,
        port,
        protocol,
        origin,
      };
      pattern = patternOf(this.print(this.byEndpoint.rulesOfEndpoint(chain)));
      this.#patterns.set(key, pattern);
    }
    return pattern;
  }
}

/** What is made of a set of clients whose name is left open, once for each timeout. */
export class SetPatterns<T> {
  readonly #made = new Map<number, T>();

  constructor(
    private readonly byEndpoint: TableByEndpoint,
    private readonly make: (set: NftSet) => T,
  ) {}

  /** Undefined where the endpoint has no such set. */
  at(n: number): T | undefined {
    const plan = this.byEndpoint.endpoints.planAt(n);
    const seconds = plan.port.affinitySeconds;
    if (seconds === undefined) return undefined;
    let made = this.#made.get(seconds);
    if (made === undefined)
      this.#made.set(seconds, (made = this.make(this.byEndpoint.setNamed(AFFINITY_PREFIX + BASE, plan))));
    return made;
  }
}
