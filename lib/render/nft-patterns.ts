/** Texts of endpoint chains and their sets: those of endpoints that differ in name and address only are filled into one. */
import type { TableByEndpoint } from "../backends/nftables/index.js";
import { AFFINITY_PREFIX, ENDPOINT_PREFIX } from "../backends/nftables/names.js";
import type { EndpointKind } from "../backends/nftables/endpoint-order.js";
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
  /** By kind. */
  readonly #patterns: (Pattern | undefined)[] = [];

  constructor(
    private readonly byEndpoint: TableByEndpoint,
    private readonly family: "ip" | "ip6",
    private readonly print: (rules: readonly NftRule[]) => string,
  ) {}

  /** Undefined where the address is none of the table's family that is written without quotes. */
  at(n: number): Pattern | undefined {
    const { endpoints } = this.byEndpoint;
    if (!PLAIN_ADDRESS[this.family].test(endpoints.ips[n]!)) return undefined;
    const kind = endpoints.kindOf[n]!;
    return (this.#patterns[kind] ??= this.#patternFor(endpoints.kinds[kind]!));
  }

  #patternFor({ plan, port }: EndpointKind): Pattern {
    const { protocol, origin } = plan;
    const hasAffinity = plan.port.affinitySeconds !== undefined;
    const chain: EndpointChain = {
      kind: "endpoint",
      name: ENDPOINT_PREFIX + BASE,
      address: ADDRESS[this.family],
      affinitySet: hasAffinity ? AFFINITY_PREFIX + BASE : undefined,
      port,
      protocol,
      origin,
    };
    return patternOf(this.print(this.byEndpoint.rulesOfEndpoint(chain)));
  }
}

/** What is made of a set of clients whose name is left open, once for each timeout. */
export class SetPatterns<T> {
  /** By kind. */
  readonly #made: (T | undefined)[] = [];

  constructor(
    private readonly byEndpoint: TableByEndpoint,
    private readonly make: (set: NftSet) => T,
  ) {
    const bySeconds = new Map<number | undefined, T | undefined>([[undefined, undefined]]);
    for (const { plan } of byEndpoint.endpoints.kinds) {
      const { affinitySeconds } = plan.port;
      if (!bySeconds.has(affinitySeconds)) bySeconds.set(affinitySeconds, this.#makeFor(plan));
      this.#made.push(bySeconds.get(affinitySeconds));
    }
  }

  /** Undefined where the endpoint has no such set. */
  at(n: number): T | undefined {
    return this.#made[this.byEndpoint.endpoints.kindOf[n]!];
  }

  #makeFor(plan: ServicePortPlan): T {
    return this.make(this.byEndpoint.setNamed(AFFINITY_PREFIX + BASE, plan));
  }
}
