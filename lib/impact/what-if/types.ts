/** Changes to one state that are asked about; types only. */
import type { Cluster } from "../../cluster/types.js";
import type { Features } from "../../config/features.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Pod } from "../../kube/types.js";

export type WhatIf =
  | { readonly kind: "drain"; readonly node: string }
  | { readonly kind: "zone-down"; readonly zone: string }
  /** `workload`: "ns/name". */
  | { readonly kind: "scale"; readonly workload: string; readonly replicas: number }
  | { readonly kind: "not-ready"; readonly pod: string }
  /** `object`: "ns/name", or "name" of what has no namespace. */
  | { readonly kind: "delete"; readonly objectKind: string; readonly object: string }
  | { readonly kind: "set"; readonly service: string; readonly path: string; readonly value: string }
  /** Manifests as read, not completed; fields they lack stay as they are. */
  | { readonly kind: "apply"; readonly name: string; readonly manifests: Cluster };

/** What becomes of a pod. */
export type Fate = "gone" | "not-ready";

/** A state while it is being changed. */
export interface Draft {
  cluster: Cluster;
  /** By "ns/name". */
  readonly fates: Map<string, Fate>;
  /** Nodes whose endpoints leave, also those whose pods the input lacks. */
  readonly leftNodes: Set<string>;
  /** Pods that are new, or on another node, or labelled otherwise. */
  readonly freshPods: Set<Pod>;
  /** "ns/name" of Services whose endpoints the controller makes anew. */
  readonly remade: Set<string>;
  readonly diagnostics: Diagnostic[];
  readonly features: Features;
}

export interface WhatIfResult {
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
  /** The edits in words, in order. */
  readonly words: readonly string[];
}
