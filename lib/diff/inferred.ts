/** Settings of kube-proxy that nobody told and a node's own rules do. */

/** The rule, set or address that tells it. */
export interface Evidence {
  /** As it stands in the capture, in normal form. */
  readonly text: string;
  readonly at?: { readonly file: string; readonly line: number };
}

/** What was inferred, in the JSON of a comparison. */
export interface Inferred {
  /** Field of the KubeProxyConfiguration, or one of `mode`, `node`, `kubeVersion`, `nfacct`, `randomFully`, `watchSelectors`. */
  readonly setting: string;
  readonly value: string;
  /** The sentence that says it, as in `assumptions`; "" where that of another setting does. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** A setting as the JSON has it. */
export function inferredOf({ assignment, words, evidence }: InferredSetting): Inferred {
  const at = assignment.indexOf("=");
  return { setting: assignment.slice(0, at), value: assignment.slice(at + 1), message: words, evidence };
}

/** What no rule tells apart is taken for a kube-proxy that tells nothing apart. */
export const NO_LOCAL_DETECTION = "clusterCIDR=";

/** The setting of a node on which no rule tells pods from others; `evidence`: a rule of a service that could have. */
export function noLocalDetection(evidence: readonly Evidence[]): InferredSetting {
  const words =
    "no local traffic detection, since no rule masquerades traffic to cluster IPs that comes from elsewhere than pods; " +
    "such rules are missing if kube-proxy has a clusterCIDR (--set clusterCIDR=CIDR compares them)";
  return { assignment: NO_LOCAL_DETECTION, words, evidence };
}

export interface InferredSetting {
  /** Field of the KubeProxyConfiguration and what it is taken for, "PATH=VALUE". */
  readonly assignment: string;
  /** The sentence that says it; "" where that of another setting does. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
}
