/** Sources to a cluster and a situation, with everything wrong in them: the first step of most questions. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { loadCluster, type LoadOptions } from "../pipeline/load.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { settleSituation, type Situation, type Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";

/** What was settled; neither is there when a diagnostic is an error. */
export interface SettledSources {
  readonly settled: { readonly cluster: Cluster; readonly situation: Situation } | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether an error is among them. */
export function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** Loads the sources and settles what is wished. */
export function settleSources(sources: Iterable<Source>, options: Wishes & LoadOptions): SettledSources {
  const { cluster, diagnostics: read } = loadCluster(sources, options);
  if (hasError(read)) return { settled: undefined, diagnostics: locateDiagnostics(read) };
  const { situation, diagnostics: settled } = settleSituation(cluster, options);
  return {
    settled: situation && { cluster, situation },
    diagnostics: locateDiagnostics([...read, ...settled]),
  };
}
