/** What is kept of the comparison of one node: only what is printed, so that a fleet fits in memory. */
import type { NodeDiff } from "../../lib/node/diff-node.js";
import type { DiffReport, DiffSection } from "../../lib/diff/types.js";
import type { Diagnostic } from "../../lib/diagnostics/diagnostic.js";
import type { PathGraph } from "../../lib/graph/types.js";
import { locateDiagnostics } from "../../lib/readers/locate-diagnostics.js";
import type { Source } from "../../lib/source/source.js";

/** Plain data except `graphs`, which only pages ask for. */
export interface NodeResult {
  readonly report: DiffReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly patch: readonly string[];
  readonly sections: readonly DiffSection[];
  readonly graphs?: () => Iterable<PathGraph>;
}

export const OUTPUTS = ["text", "unified", "json", "jsonl", "patch", "html"] as const;
export type Output = (typeof OUTPUTS)[number];

/** What the output needs. */
export function resultOf({ report, diagnostics, patch, sections, graphs }: NodeDiff, output: Output): NodeResult {
  return {
    report,
    diagnostics,
    patch: output === "patch" ? [...patch()] : [],
    sections: output === "unified" ? sections() : [],
    ...(output === "html" && { graphs }),
  };
}

/** A diagnostic between threads: a source goes by its name. */
type SentDiagnostic = Omit<Diagnostic, "at"> & {
  readonly at?: { readonly name: string; readonly start: number; readonly end: number };
  readonly file?: Extract<Diagnostic["at"], { file: string }>;
};

export interface SentResult extends Omit<NodeResult, "diagnostics" | "graphs"> {
  readonly diagnostics: readonly SentDiagnostic[];
}

/** The result as another thread can take it. */
export function sendable({ report, diagnostics, patch, sections }: NodeResult): SentResult {
  return {
    report,
    patch,
    sections,
    diagnostics: locateDiagnostics(diagnostics).map(({ at, ...rest }) => {
      if (at && "source" in at) return { ...rest, at: { name: at.source.name, start: at.start, end: at.end } };
      return at && "file" in at ? { ...rest, file: at } : rest;
    }),
  };
}

/** A result of another thread, its diagnostics placed in this thread's sources. */
export function received(sent: SentResult, sources: readonly Source[]): NodeResult {
  const diagnostics = sent.diagnostics.map(({ at, file, ...rest }): Diagnostic => {
    if (!at) return file ? { ...rest, at: file } : rest;
    const source = sources.find(({ name }) => name === at.name);
    return { ...rest, at: source ? { source, start: at.start, end: at.end } : { file: at.name } };
  });
  return { ...sent, diagnostics };
}
