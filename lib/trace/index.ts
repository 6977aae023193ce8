/**
 * A packet walked through a node's rules: what becomes of it, how likely each outcome is, and which rules it met.
 * Knows iptables, nftables and IPVS, and nothing of Kubernetes.
 */
export { prepareTrace, trace, type Tracer } from "./trace.js";
export { outcomeKey } from "./outcome-key.js";
export {
  describeDistribution,
  distributionOf,
  distributionOfOutcomes,
  equalDistributions,
  SHARE_TOLERANCE,
} from "./equal-distributions.js";
export { persistenceName } from "./ipvs/schedule.js";
export type * from "./types.js";
