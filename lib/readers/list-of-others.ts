/** A list that is read item by item and holds nothing of Kubernetes: told at once, not item by item. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { ReaderSink } from "./sink.js";
import { listOfOthers } from "./unwrap.js";

/** A sink for the items of a list. `finish`, after the last of them, tells what was held back; `place`: of the list. */
export function holdOthers(sink: ReaderSink): { readonly items: ReaderSink; finish(place: Diagnostic["at"]): void } {
  let held: Diagnostic[] | undefined = [];
  const release = () => {
    for (const diagnostic of held ?? []) sink.diagnostic(diagnostic);
    held = undefined;
  };
  const items: ReaderSink = {
    ...sink,
    object(object) {
      if (held) release();
      sink.object(object);
    },
    deleted(object) {
      if (held) release();
      sink.deleted?.(object);
    },
    diagnostic(diagnostic) {
      if (held && diagnostic.code === "not-an-object") return void held.push(diagnostic);
      if (held) release();
      sink.diagnostic(diagnostic);
    },
  };
  return {
    items,
    finish(place) {
      if (held && held.length > 1) sink.diagnostic(listOfOthers(held.length, place));
      else release();
    },
  };
}
