/** Dumps hold what was there: cut-off files are passed over, and files that are no objects are none to wonder about. */
import type { ReaderSink } from "./sink.js";

/** The sink with errors of reading made warnings. */
export function forDump(sink: ReaderSink): ReaderSink {
  return {
    ...sink,
    diagnostic(diagnostic) {
      if (diagnostic.code === "not-an-object") return;
      if (diagnostic.severity !== "error") return sink.diagnostic(diagnostic);
      const notes = [...(diagnostic.notes ?? []), "this is part of a dump: what could be read is used"];
      sink.diagnostic({ ...diagnostic, severity: "warning", notes });
    },
  };
}
