/** Endpoint chains of a table in the order of their names, which nobody has to make for it. */
import { orderOfRanks } from "../../util/order-of-ranks.js";
import { rankedNameBase } from "./names.js";
import { endpointChainOf, type EndpointChain, type ServicePortPlan } from "./plan.js";

/**
 * Columns: what is looked up for each of 350,000 endpoints, in the order of hashes, is a chance place of memory. Index `n`
 * is that of an endpoint's chain among those of the table.
 */
export class EndpointOrder {
  readonly plans: readonly ServicePortPlan[];
  /** Index of `plans`. */
  readonly planOf: Int32Array;
  readonly ranks: Float64Array;
  readonly ports: Int32Array;
  readonly ips: readonly string[];

  /** `plans`: those whose endpoints have chains of their own. */
  constructor(plans: readonly ServicePortPlan[]) {
    this.plans = plans;
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
    this.ranks = new Float64Array(order.length);
    this.ports = new Int32Array(order.length);
    for (let n = 0; n < order.length; n++) {
      const k = order[n]!;
      const { chained } = plans[(this.planOf[n] = places.plan[k]!)]!;
      this.ranks[n] = ranks[k]!;
      this.ports[n] = chained!.ports[places.at[k]!]!;
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
    return rankedNameBase(this.ranks[n]!, this.planAt(n).path, this.ips[n]!, this.ports[n]!);
  }

  chainAt(n: number): EndpointChain {
    return endpointChainOf(this.planAt(n), this.baseAt(n), this.ips[n]!, this.ports[n]!);
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
