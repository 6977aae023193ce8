/**
 * The endpoints of one slice in one list instead of several objects each: a large cluster has hundreds of thousands, and
 * what is kept of them is copied again and again by the garbage collector.
 */
import type { EndpointConditions, SliceEndpoint } from "./slice-endpoint.js";

/** Address, conditions, nodeName and zone of one endpoint after the other. */
export type EndpointCells = readonly (EndpointConditions | string | undefined)[];

type TableRow = [
  address: string,
  conditions: EndpointConditions | undefined,
  nodeName: string | undefined,
  zone: string | undefined,
];

const WIDTH = 4;

/** A slice may have no more; the API server refuses it. */
export const MOST_ENDPOINTS = 1000;

/** Endpoints of one address each, without hints, host name and target. */
export class EndpointTable {
  readonly #cells: EndpointCells;

  /** `cells`: four an endpoint. */
  constructor(cells: EndpointCells) {
    this.#cells = cells;
  }

  get length(): number {
    return this.#cells.length / WIDTH;
  }

  /** Calls the function with each endpoint, in order. */
  forEach(visit: (...endpoint: TableRow) => void): void {
    const cells = this.#cells;
    for (let i = 0; i < cells.length; i += WIDTH) {
      const conditions = cells[i + 1] as EndpointConditions | undefined;
      const nodeName = cells[i + 2] as string | undefined;
      const zone = cells[i + 3] as string | undefined;
      visit(cells[i] as string, conditions, nodeName, zone);
    }
  }

  /** Whether the other table holds equal endpoints in the same order. */
  isSame(other: EndpointTable): boolean {
    const [a, b] = [this.#cells, other.#cells];
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !areSameConditions(a[i], b[i])) return false;
    return true;
  }

  /** The endpoints in the API's shape, made anew at each call. */
  toArray(): SliceEndpoint[] {
    const endpoints: SliceEndpoint[] = [];
    this.forEach((...row) => endpoints.push(endpointOf(...row)));
    return endpoints;
  }
}

function areSameConditions(a: EndpointCells[number], b: EndpointCells[number]): boolean {
  if (typeof a !== "object" || typeof b !== "object") return false;
  return a.ready === b.ready && a.serving === b.serving && a.terminating === b.terminating;
}

function endpointOf(...[address, conditions, nodeName, zone]: TableRow): SliceEndpoint {
  const endpoint: SliceEndpoint = { addresses: [address] };
  if (conditions !== undefined) endpoint.conditions = conditions;
  if (nodeName !== undefined) endpoint.nodeName = nodeName;
  if (zone !== undefined) endpoint.zone = zone;
  return endpoint;
}

const NONE: readonly SliceEndpoint[] = [];

/** The endpoints of a slice, however they are kept. */
export function sliceEndpoints({
  endpoints,
}: {
  readonly endpoints?: readonly SliceEndpoint[] | EndpointTable | null;
}): readonly SliceEndpoint[] {
  if (!endpoints) return NONE;
  return endpoints instanceof EndpointTable ? endpoints.toArray() : endpoints;
}
