/** The counters kube-proxy's rules name on kernels with nfacct. */
import type { Namespace } from "./namespace.js";

/** Creates the two counters of kube-proxy, without which rules that name them do not load. */
export function addNfacctCounters(namespace: Namespace): void {
  for (const name of ["ct_state_invalid_dropped_pkts", "localhost_nps_accepted_pkts"])
    namespace.run("nfacct", ["add", name]);
}
