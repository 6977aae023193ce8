/** Sources and captures of a node to what differs. */
import type { ServiceFilter } from "../pipeline/compile.js";
import { diffCaptures } from "../node/diff-captures.js";
import { diffNode } from "../node/diff-node.js";
import { notCompared, type DiffResult } from "../node/diff-result.js";
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
  if (options.before) return located(await diffCaptures(options.before, captures, options));
  const { cluster, diagnostics: read } = loadCluster(sources, options);
  if (hasError(read)) return located(notCompared(read));
  const result = await diffNode(cluster, options, captures, options);
  return located({ ...result, diagnostics: [...read, ...result.diagnostics] });
}

function located(result: DiffResult): DiffResult {
  return { ...result, diagnostics: locateDiagnostics(result.diagnostics) };
}
