/** Reads a source of any kind: told by content, never by name. */
import type { Source } from "../source/source.js";
import { detectContent } from "./detect-content.js";
import { readJSON } from "./json/read-json.js";
import type { ReaderSink } from "./sink.js";
import { readYAML } from "./yaml/read-yaml.js";

/** Hands every object of the source to the sink; trouble becomes diagnostics, nothing is thrown. */
export function readSource(source: Source, sink: ReaderSink): void {
  const content = detectContent(source);
  switch (content.kind) {
    case "blank":
      return;
    case "json":
      return readJSON(source, sink, content.start);
    case "yaml":
      return readYAML(source, sink, content.start);
  }
}
