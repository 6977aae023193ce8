import type { PortName } from "../diff/coverage.js";
import type { ExpectedNftTable } from "../diff/nftables/expected.js";
import type { CIDR } from "../net/cidr.js";
import type { IPFamily } from "../net/ip.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { ReportHead } from "./make-report.js";

/** What a comparison needs beside the two sides. */
export interface FamilyContext {
  readonly family: IPFamily;
  readonly head: ReportHead;
  /** The service ports of the family that the answer is to cover. */
  readonly wanted: readonly PortName[];
  /** Networks of virtual servers that kube-proxy leaves alone, IPVS mode. */
  readonly excludeCIDRs?: readonly string[];
  /** Networks whose addresses of the node take node ports, nftables mode; undefined where nothing tells. */
  readonly nodePortNetworks?: readonly CIDR[];
  /** Addresses of the node, undefined where none is known. */
  readonly nodeAddresses?: ReadonlySet<string> | undefined;
  /** Mode nftables: rules of iptables on the node that nft's listing does not show. */
  readonly beside?: readonly CapturedTable[];
  /** Modes iptables and ipvs: listings of nft on the node. */
  readonly listings?: readonly NftCapture[];
  /** Mode iptables: the table that mode nftables would have. */
  readonly asNftTable?: () => Promise<ExpectedNftTable>;
  /** The same of the earlier of two captures. */
  readonly besideBefore?: readonly CapturedTable[];
  readonly listingsBefore?: readonly NftCapture[];
  /** Only some Services are asked about: a change that all of them share is told of each. */
  readonly isSelection?: boolean;
}
