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

export interface InferredSetting {
  /** Field of the KubeProxyConfiguration and what it is taken for, "PATH=VALUE". */
  readonly assignment: string;
  /** The sentence that says it; "" where that of another setting does. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
}
