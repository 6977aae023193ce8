/** What text tells beside objects: versions, log lines, rule dumps. */
import type { Source } from "../source/source.js";

export type SourceFact =
  /** `serverVersion.gitVersion` of `kubectl version -o json`, or Troubleshoot's cluster_version.json. */
  | { readonly kind: "api-server-version"; readonly version: string; readonly source: Source }
  /** A line of a kube-proxy log: `Using iptables Proxier`. */
  | {
      readonly kind: "kube-proxy-log-mode";
      readonly mode: "iptables" | "ipvs" | "nftables";
      readonly pod: string;
      readonly source: Source;
    }
  /** The source holds rules captured on a node. */
  | {
      readonly kind: "rule-dump";
      readonly mode: "iptables" | "ipvs" | "nftables";
      readonly source: Source;
    }
  /** The stream has log blocks of `kubectl cluster-info dump`. */
  | { readonly kind: "cluster-info-dump"; readonly source: Source };
