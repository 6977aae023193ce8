/** From a cluster and what was read from a node to doctor's report. */
import type { Cluster } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { ProxyConfig } from "../config/proxy-config.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { runDoctor, type DoctorQuestion, type DoctorReport } from "./run.js";
import type { NodeCapture } from "./types.js";

export interface ExamineOptions extends DoctorQuestion {
  readonly features: Features;
  /** Of the EndpointSlice controller, for endpoints computed from pods; `features` when left out. */
  readonly controllerFeatures?: Features;
  readonly config: ProxyConfig;
  /** The configuration is the user's or the input's; otherwise checks of it are left out. */
  readonly configGiven: boolean;
  readonly captures?: readonly NodeCapture[];
  /** The node that the captures are of. */
  readonly nodeName?: string;
}

/** Runs the checks over a cluster, with its endpoints resolved as kube-proxy would see them. */
export function examine(cluster: Cluster, options: ExamineOptions): DoctorReport {
  const { rules, checks, services, controllerFeatures, ...rest } = options;
  const endpointsOf = createEndpointResolver(cluster, controllerFeatures ?? options.features);
  return runDoctor({ ...rest, cluster, endpointsOf }, { rules, checks, services });
}
