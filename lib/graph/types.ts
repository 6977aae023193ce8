/** The paths of packets to one service port, as a graph; types only. */

export type GraphNodeKind = "frontend" | "chain" | "endpoint" | "verdict";

export interface GraphNode {
  /** Unique in the graph; stable for the same input. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  readonly label: string;
  /** A second line: what the frontend is, the node of an endpoint. */
  readonly detail?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Which traffic takes it, e.g. "masqueraded", "pods and the node itself". */
  readonly label?: string;
  /** Share of the new connections that reach `from`, 0 to 1; undefined when all of a kind take it. */
  readonly share?: number;
}

/** Where a service port stands in its manifest. */
export interface ManifestLines {
  readonly file: string;
  readonly line: number;
  /** The lines of the port, cut where they are many. */
  readonly text: string;
}

/** The rules of service ports, by `portKey`. */
export type PortRules = ReadonlyMap<string, PortRulesOf>;

export interface PortRulesOf {
  readonly rules: readonly string[];
  /** Of how many, as only the first are kept. */
  readonly count: number;
}

export interface PathGraph {
  /** "ns/name". */
  readonly service: string;
  /** Port name, may be empty. */
  readonly port: string;
  readonly protocol: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Looked for when it is called; undefined for what stands nowhere. */
  readonly manifest?: () => ManifestLines | undefined;
}
