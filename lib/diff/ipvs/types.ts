/** What a comparison in IPVS mode is given; types only. */
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import type { Rule, Ruleset, TableName } from "../../rulesets/iptables/types.js";
import type { IPSet, IPVSProtocol, IPVSState, NetworkInterface, VirtualServer } from "../../rulesets/ipvs/types.js";

/** What kube-proxy should have programmed: as a backend compiles it. */
export interface ExpectedIPVS {
  readonly state: IPVSState;
  readonly iptables: Ruleset;
  /** Rules of built-in chains. */
  readonly jumps: readonly { readonly table: TableName; readonly rule: Rule }[];
  /** Every node port, also where no address of the node is known. */
  readonly nodePorts: readonly { readonly protocol: IPVSProtocol; readonly port: number; readonly label: string }[];
  /** Virtual servers inside these networks are not kube-proxy's to delete. */
  readonly excludeCIDRs: readonly string[];
  /** Only some Services are asked about: a change that all of them share is told of each. */
  readonly isSelection?: boolean;
  /** Of a capture: nothing tells names of Services, and labels are frontends, "10.96.7.12:5432". */
  readonly isUnnamed?: boolean;
}

/** What one kind of listing shows. */
export type IPVSPart = "virtualServers" | "sets" | "interfaces";

/** What was read from a node, of both families; undefined for what was not given. */
export interface IPVSCapture {
  readonly virtualServers?: readonly VirtualServer[];
  readonly sets?: readonly IPSet[];
  readonly interfaces?: readonly NetworkInterface[];
  readonly tables?: readonly CapturedTable[];
  /** Parts whose listing breaks off: nothing of them is taken, since what it lacks would look like drift. */
  readonly cut?: ReadonlySet<IPVSPart>;
  /** Parts that were listed twice and differently: nothing of them is taken, since either may be the node's. */
  readonly disagreeing?: ReadonlySet<IPVSPart | "tables">;
  /** Parts whose listing ends without an end of line: it may be whole, or the beginning of more. */
  readonly open?: ReadonlySet<IPVSPart>;
}

/** Of one set: what should be in it and is not, and what is and should not. */
export interface SetDifference {
  readonly set: IPSet;
  readonly held: IPSet;
  readonly missing: readonly IPSet["entries"][number][];
  readonly stale: readonly IPSet["entries"][number][];
}
