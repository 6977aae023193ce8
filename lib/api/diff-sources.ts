/** Sources and captures of a node to what differs. */
import type { ServiceFilter } from "../pipeline/compile.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { diffCaptures, diffNode } from "../node/diff-node.js";
import type { DiffReport, DiffSection } from "../diff/types.js";
import { loadCluster, type LoadOptions } from "../pipeline/load.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { hasError } from "./settle-sources.js";
import type { Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";

export interface DiffOptions extends Wishes, LoadOptions, ServiceFilter {
  /**
   * A capture of the same node, earlier: what changed since then is reported, and `sources` are left alone.
   * Modes iptables and nftables.
   */
  readonly before?: readonly Source[];
}

export interface DiffResult {
  /** The JSON of `svcrules diff --output json`; undefined when nothing could be compared, and a diagnostic says why. */
  readonly report: DiffReport | undefined;
  /**
   * Lines for the tool that loads the mode's rules (`iptables-restore --noflush`, a shell, `nft -f`), that bring the node
   * right; none when nothing differs.
   */
  readonly patch: () => Iterable<string>;
  /** Both sides of every chain or set that differs, for a unified diff. */
  readonly sections: () => readonly DiffSection[];
  readonly diagnostics: readonly Diagnostic[];
}

const NOTHING = { report: undefined, patch: () => [], sections: () => [] };

/**
 * Compares what one node holds with what kube-proxy would program there. What is not wished is told from the captures,
 * and stands under the report's assumptions.
 *
 * @example
 * import { diff, sourceFromText } from "svcrules";
 *
 * const node = sourceFromText("node.txt", iptablesSave);
 * const { report, patch } = await diff([sourceFromText("dump.yaml", dump)], [node]);
 * for (const { kind, service, message } of report?.changes ?? []) process.stdout.write(`${kind} ${service}: ${message}\n`);
 * assert(report?.identical === false && [...patch()].length > 0);
 */
export async function diff(
  sources: Iterable<Source>,
  captures: readonly Source[],
  options: DiffOptions = {},
): Promise<DiffResult> {
  if (options.before) {
    const { graphs: _graphs, ...result } = await diffCaptures(options.before, captures, options);
    return { ...result, diagnostics: locateDiagnostics(result.diagnostics) };
  }
  const { cluster, diagnostics: read } = loadCluster(sources, options);
  if (hasError(read)) return { ...NOTHING, diagnostics: locateDiagnostics(read) };
  const { graphs: _graphs, ...result } = await diffNode(cluster, options, captures, options);
  const diagnostics = locateDiagnostics([...read, ...result.diagnostics]);
  return { ...result, diagnostics };
}
