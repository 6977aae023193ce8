/** What the comparison of one IP family gives, and of none. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { PatchPart } from "../render/patch-script.js";
import type { DiffResult } from "../results/diff-result.js";

/** Of one IP family. */
export interface FamilyResult extends Omit<DiffResult, "patch"> {
  /** The lines of its patch, for each tool that takes some. */
  readonly parts: () => readonly PatchPart[];
  /** Not even in words that mean the same did a chain, or in nftables mode a set, differ. */
  readonly isExact?: boolean;
  /** Rules of others did what hangs on which addresses are the node's own. */
  readonly hangsOnNode?: boolean;
  /** What `bytesBeyondWeighing` gives, where there were errors. */
  readonly beyondWeighing?: number;
}

/** A result without any comparison, for the reasons given. */
export function notCompared(diagnostics: readonly Diagnostic[]): DiffResult {
  return { report: undefined, diagnostics, patch: () => [], sections: () => [], graphs: () => [] };
}

/** The same of one family. */
export function familyNotCompared(diagnostics: readonly Diagnostic[]): FamilyResult {
  const { patch: _, ...others } = notCompared(diagnostics);
  return { ...others, parts: () => [] };
}
