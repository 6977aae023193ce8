/** What the comparison of one node gives: of all IP families, in a thread of a fleet, for a program; one shape. */
import type { DiffReport, DiffSection } from "../diff/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { PathGraph, PortRules } from "../graph/types.js";

export interface DiffResult {
  /** The JSON of `svcrules diff -o json`; undefined when the input was refused, and a diagnostic says why. */
  readonly report: DiffReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Lines for the tool that loads the mode's rules (`iptables-restore --noflush`, a shell, `nft -f`), that bring the node
   * right; none when nothing differs.
   */
  readonly patch: () => Iterable<string>;
  /** Both sides of every chain or set that differs, for a unified diff. */
  readonly sections: () => readonly DiffSection[];
  /** The paths of packets as they should be, of the first family compared; none between two captures. */
  readonly graphs: () => Iterable<PathGraph>;
  /** The rules that service ports of that family should have, as many as fit a page; those of `first` before others. */
  readonly rules?: (first: ReadonlySet<string>) => Promise<PortRules>;
}
