/** The results of many nodes: what is kept of each, and how they pass between threads. */
import { locateDiagnostics, type Diagnostic, type DiffResult, type RequestOf, type Source } from "../../lib/index.js";

type Output = RequestOf<"diff">["output"];

/** The result with only what the output needs, so that a fleet fits in memory. */
export function keepFor({ report, diagnostics, ...made }: DiffResult, output: Output): DiffResult {
  const patch = output === "patch" ? [...made.patch()] : [];
  const sections = output === "unified" ? made.sections() : [];
  const page = output === "html" ? { graphs: made.graphs, rules: made.rules } : { graphs: () => [] };
  return { report, diagnostics, patch: () => patch, sections: () => sections, ...page };
}

/** A diagnostic between threads: a source goes by its name. */
type SentDiagnostic = Omit<Diagnostic, "at"> & {
  readonly at?: { readonly name: string; readonly start: number; readonly end: number };
  readonly file?: Extract<Diagnostic["at"], { file: string }>;
};

/** A result as plain data, as another thread can take it; without graphs, which only the page of one node asks for. */
export interface SentResult {
  readonly report: DiffResult["report"];
  readonly patch: readonly string[];
  readonly sections: ReturnType<DiffResult["sections"]>;
  readonly diagnostics: readonly SentDiagnostic[];
}

/** The result as another thread can take it. */
export function sendable({ report, diagnostics, patch, sections }: DiffResult): SentResult {
  return {
    report,
    patch: [...patch()],
    sections: sections(),
    diagnostics: locateDiagnostics(diagnostics).map(({ at, ...rest }) => {
      if (at && "source" in at) return { ...rest, at: { name: at.source.name, start: at.start, end: at.end } };
      return at && "file" in at ? { ...rest, file: at } : rest;
    }),
  };
}

/** A result of another thread, its diagnostics placed in this thread's sources. */
export function received({ report, patch, sections, ...sent }: SentResult, sources: readonly Source[]): DiffResult {
  const diagnostics = sent.diagnostics.map(({ at, file, ...rest }): Diagnostic => {
    if (!at) return file ? { ...rest, at: file } : rest;
    const source = sources.find(({ name }) => name === at.name);
    return { ...rest, at: source ? { source, start: at.start, end: at.end } : { file: at.name } };
  });
  return { report, diagnostics, patch: () => patch, sections: () => sections, graphs: () => [] };
}
