/** Sources to the endpoints of every Service. */
import { isWanted, type ServiceFilter } from "../pipeline/compile.js";
import { NEWEST_VERSION, featuresOf } from "../config/features.js";
import { parseKubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { endpointRowsOf, type EndpointRow } from "../endpoints/rows.js";
import { loadCluster, type LoadOptions } from "../pipeline/load.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { hasError } from "./settle-sources.js";
import type { Source } from "../source/source.js";

export interface EndpointsResult {
  /** By service, then family, port, protocol, number and address. Made while iterated; empty when there is an error. */
  readonly rows: Iterable<EndpointRow>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Every endpoint of every Service as the cluster's EndpointSlices state it, or as the controller would make them from the
 * pods. `kubeVersion`: of the controller, the newest when left out or not known.
 *
 * @example
 * import { endpoints, sourceFromText } from "svcrules";
 *
 * const { rows } = endpoints([sourceFromText("dump.yaml", dump)], { service: "guestbook/frontend" });
 * const ready = [...rows].filter((row) => row.ready).map(({ address, number }) => `${address}:${number}`);
 * assert(ready.length > 0);
 */
export function endpoints(sources: Iterable<Source>, options: LoadOptions & ServiceFilter = {}): EndpointsResult {
  const { cluster, diagnostics: read } = loadCluster(sources, options);
  const diagnostics = locateDiagnostics(read);
  if (hasError(diagnostics)) return { rows: [], diagnostics };
  const version = parseKubeVersion(options.kubeVersion ?? "") ?? NEWEST_VERSION;
  const resolve = createEndpointResolver(cluster, featuresOf(version));
  const rows = {
    *[Symbol.iterator]() {
      for (const service of cluster.services)
        if (isWanted(service.metadata.namespace ?? "default", service.metadata.name, options))
          yield* endpointRowsOf(resolve(service));
    },
  };
  return { rows, diagnostics };
}
