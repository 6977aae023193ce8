/** What a page embeds; types only, shared with the page's own script (page/). Lists of pairs keep large pages small. */

/** Kinds of stations, by their number in `PageStation`. */
export const STATION_KINDS = ["frontend", "chain", "endpoint", "verdict"] as const;

/** Kind, label, what it is. */
export type PageStation = readonly [kind: number, label: string, detail?: string];
/** From and to as indexes of stations, which traffic, share of it. */
export type PageEdge = readonly [from: number, to: number, label: string, share: number | null];

export interface PageChange {
  readonly kind: string;
  readonly severity: "error" | "warning" | "info";
  /** Index in `HARMS`. */
  readonly harm: number;
  readonly message: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  readonly endpoint?: string;
  readonly frontend?: string;
  readonly chain?: string;
  /** "node.txt:12". */
  readonly at?: string;
}

/** One service port, or what belongs to no service. */
export interface PageItem {
  /** "ns/name"; "" for what belongs to none. */
  readonly service: string;
  readonly port: string;
  readonly protocol: string;
  readonly stations: readonly PageStation[];
  readonly edges: readonly PageEdge[];
  /** Endpoints that are not drawn, as there are too many. */
  readonly undrawn?: number;
  readonly changes: readonly PageChange[];
  readonly manifest?: { readonly file: string; readonly line: number; readonly text: string };
  readonly rules?: readonly string[];
  /** Rules there are, where not all are shown. */
  readonly ruleCount?: number;
}

/** A service that differs on a node of a fleet. */
export interface PageCell {
  /** Indexes in `nodes` and `services`. */
  readonly node: number;
  readonly service: number;
  /** Index in `HARMS`. */
  readonly harm: number;
  /** "shop/web gets no connection at all". */
  readonly effect: string;
  readonly changes: readonly PageChange[];
  /** Changes there are, where not all are shown. */
  readonly changeCount?: number;
}

export interface PageNode {
  readonly name: string;
  /** "iptables, Kubernetes 1.36, IPv4". */
  readonly about: string;
  readonly verdict: string;
  readonly differing: number;
  readonly changes: number;
  /** "40 of 40 service ports compared"; what was not. */
  readonly coverage: string;
  /** Whether everything that was wanted was compared. */
  readonly isCovered: boolean;
  readonly identical: boolean;
}

/** Services, worst first, with the sentence of what is wrong. */
export interface PageEffect {
  readonly service: string;
  readonly harm: number;
  readonly effect: string;
}

export interface PageHead {
  /** "iptables, node-1, Kubernetes 1.36, IPv4". */
  readonly title: string;
  readonly kind: "cluster" | "node" | "captures" | "fleet";
  /** One sentence; undefined where nothing is compared. */
  readonly verdict?: string;
  readonly isGood?: boolean;
  readonly counts: readonly (readonly [name: string, count: number])[];
  /** Sentences: what was compared, assumed, is to be done next. */
  readonly notes: readonly string[];
  readonly effects: readonly PageEffect[];
}

export interface PageData extends PageHead {
  readonly items: readonly PageItem[];
  readonly nodes: readonly PageNode[];
  /** Those that differ somewhere, worst first. */
  readonly services: readonly string[];
  readonly cells: readonly PageCell[];
}
