/** Endpoint chains of a table in the order of their names, which nobody has to make for it. */
import { orderOfRanks } from "../../util/order-of-ranks.js";
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
  /** By plan, the last port asked for, and the kind of its endpoints with it. */
  readonly #ports: Int32Array;
  readonly #last: Int32Array;

  constructor(private readonly plans: readonly ServicePortPlan[]) {
    this.#ports = new Int32Array(plans.length).fill(-1);
    this.#last = new Int32Array(plans.length);
  }

  /** The index of the kind of a plan's endpoints with this port. */
  of(p: number, port: number): number {
    if (this.#ports[p] === port) return this.#last[p]!;
    this.#ports[p] = port;
    return (this.#last[p] = this.#indexOf(this.plans[p]!, port));
  }

  #indexOf(plan: ServicePortPlan, port: number): number {
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
  readonly #paths: readonly string[];
  /** Index of `kinds`: rules and sets of endpoints of one kind are alike but for names and addresses. */
  readonly kindOf: Int32Array;
  readonly kinds: readonly EndpointKind[];
  readonly ranks: Float64Array;
  readonly ports: Int32Array;
  readonly ips: readonly string[];

  /** `plans`: those whose endpoints have chains of their own. */
  constructor(plans: readonly ServicePortPlan[]) {
    this.plans = plans;
    this.#paths = plans.map(({ path }) => path);
    const kinds = new Kinds(plans);
    const ranks: number[] = [];
    /** Where each is: the index of its plan, and its own there. */
    const places = { plan: [] as number[], at: [] as number[] };
    for (let p = 0; p < plans.length; p++) {
      const own = plans[p]!.chained!.ranks;
      for (let i = 0; i < own.length; i++) {
        ranks.push(own[i]!);
        places.plan.push(p);
        places.at.push(i);
      }
    }
    const nameOf = (k: number) => {
      const { path, chained } = plans[places.plan[k]!]!;
      const i = places.at[k]!;
      return rankedNameBase(ranks[k]!, path, chained!.ips[i]!, chained!.ports[i]!);
    };
    const order = orderOfRanks(ranks, (a, b) => compareNames(nameOf(a), nameOf(b)) || a - b);
    const ips: string[] = [];
    this.planOf = new Int32Array(order.length);
    this.kindOf = new Int32Array(order.length);
    this.kinds = kinds.all;
    this.ranks = new Float64Array(order.length);
    this.ports = new Int32Array(order.length);
    for (let n = 0; n < order.length; n++) {
      const k = order[n]!;
      const { chained } = plans[(this.planOf[n] = places.plan[k]!)]!;
      this.ranks[n] = ranks[k]!;
      const port = (this.ports[n] = chained!.ports[places.at[k]!]!);
      this.kindOf[n] = kinds.of(this.planOf[n]!, port);
      ips.push(chained!.ips[places.at[k]!]!);
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
    return rankedNameBase(this.ranks[n]!, this.#paths[this.planOf[n]!]!, this.ips[n]!, this.ports[n]!);
  }

  chainAt(n: number): EndpointChain {
    return endpointChainOf(this.planAt(n), this.baseAt(n), this.ips[n]!, this.ports[n]!);
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
