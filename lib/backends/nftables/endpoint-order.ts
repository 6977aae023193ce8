/** Endpoint chains of a table in the order of their names, which nobody has to make for it. */
import { orderOfRanks } from "../../util/order-of-ranks.js";
import type { EndpointColumns } from "./endpoint-columns.js";
import { rankedNameBase } from "./names.js";
import { endpointChainOf, type EndpointChain, type ServicePortPlan } from "./plan.js";

/** What rules and set of an endpoint hang on, beside names and address. */
export interface EndpointKind {
  /** One of those that have such endpoints. */
  readonly plan: ServicePortPlan;
  readonly port: number;
}

/** Kinds in the order in which they are seen first. */
class Kinds {
  readonly all: EndpointKind[] = [];
  readonly #indexes = new Map<string, number>();

  /** The index of the kind of a plan's endpoints with this port. */
  of(plan: ServicePortPlan, port: number): number {
    const key = `${plan.protocol} ${plan.port.affinitySeconds} ${port}`;
    const index = this.#indexes.get(key) ?? this.all.push({ plan, port }) - 1;
    this.#indexes.set(key, index);
    return index;
  }
}

/**
 * Columns: what is looked up for each of 350,000 endpoints, in the order of hashes, is a chance place of memory. Index `n`
 * is that of an endpoint's chain among those of the table.
 */
export class EndpointOrder {
  readonly plans: readonly ServicePortPlan[];
  /** Index of `plans`. */
  readonly planOf: Int32Array;
  /** Of `plans`. */
  readonly #stems: readonly string[];
  /** Index of `kinds`: rules and sets of endpoints of one kind are alike but for names and addresses. */
  readonly kindOf: Int32Array;
  readonly kinds: readonly EndpointKind[];
  readonly ranks: Float64Array;
  readonly ports: Int32Array;
  readonly ips: readonly string[];

  /** `plans`: those whose endpoints are in the columns, in the order of these. */
  constructor(columns: EndpointColumns, plans: readonly ServicePortPlan[]) {
    this.plans = plans;
    this.#stems = plans.map(({ chained }) => chained!.stem);
    const { planOf, kindOf, kinds } = ownersOf(columns, plans);
    const nameOf = (k: number) => columns.baseAt(k, this.#stems[planOf[k]!]!);
    const order = orderOfRanks(columns.ranks, (a, b) => compareNames(nameOf(a), nameOf(b)) || a - b);
    this.kinds = kinds;
    const ips: string[] = [];
    this.planOf = new Int32Array(order.length);
    this.kindOf = new Int32Array(order.length);
    this.ports = new Int32Array(order.length);
    this.ranks = new Float64Array(order.length);
    for (let n = 0; n < order.length; n++) {
      const k = order[n]!;
      this.planOf[n] = planOf[k]!;
      this.kindOf[n] = kindOf[k]!;
      this.ports[n] = columns.ports[k]!;
      this.ranks[n] = columns.ranks[k]!;
      ips.push(columns.ips[k]!);
    }
    this.ips = ips;
  }

  get length(): number {
    return this.ranks.length;
  }

  planAt(n: number): ServicePortPlan {
    return this.plans[this.planOf[n]!]!;
  }

  /** What follows "endpoint-" and "affinity-" in names. */
  baseAt(n: number): string {
    return rankedNameBase(this.ranks[n]!, this.#stems[this.planOf[n]!]!, this.ips[n]!, this.ports[n]!);
  }

  chainAt(n: number): EndpointChain {
    return endpointChainOf(this.planAt(n), this.baseAt(n), this.ips[n]!, this.ports[n]!);
  }
}

/** Plan and kind of each endpoint of the columns. */
function ownersOf(columns: EndpointColumns, plans: readonly ServicePortPlan[]) {
  const planOf = new Int32Array(columns.length);
  const kindOf = new Int32Array(columns.length);
  const kinds = new Kinds();
  for (let p = 0; p < plans.length; p++) {
    const { first, count } = plans[p]!.chained!;
    planOf.fill(p, first, first + count);
    for (let k = first; k < first + count; k++) {
      const isAsBefore = k > first && columns.ports[k] === columns.ports[k - 1];
      kindOf[k] = isAsBefore ? kindOf[k - 1]! : kinds.of(plans[p]!, columns.ports[k]!);
    }
  }
  return { planOf, kindOf, kinds: kinds.all };
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
