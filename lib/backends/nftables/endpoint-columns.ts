/** Endpoints that have chains of their own, service port after service port. */
import type { Endpoint } from "../../endpoints/types.js";
import { endpointRank, endpointStem, rankedNameBase } from "./names.js";

/** A service port's part of the columns. */
export interface ColumnsPart {
  readonly columns: EndpointColumns;
  readonly first: number;
  readonly count: number;
  /** See `endpointStem`. */
  readonly stem: string;
}

/**
 * What is kept of each: there may be 350,000, and names kept as texts would outlive many a garbage collection before they
 * are printed.
 */
export class EndpointColumns {
  readonly ips: string[] = [];
  readonly ports: number[] = [];
  /** The hash of each name: see `endpointRank`. */
  readonly ranks: number[] = [];

  get length(): number {
    return this.ranks.length;
  }

  /** `path`: of the service port. */
  add(path: string, endpoints: readonly Endpoint[]): ColumnsPart {
    const first = this.length;
    for (const { ip, port } of endpoints) {
      this.ips.push(ip);
      this.ports.push(port);
      this.ranks.push(endpointRank(path, ip, port));
    }
    return { columns: this, first, count: endpoints.length, stem: endpointStem(path) };
  }

  /** What follows "endpoint-" and "affinity-" in the names of one of them. */
  baseAt(k: number, stem: string): string {
    return rankedNameBase(this.ranks[k]!, stem, this.ips[k]!, this.ports[k]!);
  }
}
