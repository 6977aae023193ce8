/** Dumps hold what was there: cut-off files and redacted values are passed over, not errors of the user. */
import type { ReaderSink } from "./sink.js";

/** The sink with errors of reading made warnings. */
export function forDump(sink: ReaderSink): ReaderSink {
  return {
    ...sink,
    diagnostic(diagnostic) {
      if (diagnostic.severity !== "error") return sink.diagnostic(diagnostic);
      const notes = [...(diagnostic.notes ?? []), "this is part of a dump: what could be read is used"];
      sink.diagnostic({ ...diagnostic, severity: "warning", notes });
    },
  };
}
