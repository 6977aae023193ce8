/** Reads YAML documents, each on its own, so that one that is broken does not hide the others. */
import { constructFromEvents, parseEvents, YAMLException } from "js-yaml";
import { isUtf8 } from "node:buffer";
import type { Origin } from "../../source/origin.js";
import type { Source } from "../../source/source.js";
import type { ReaderSink } from "../sink.js";
import { unwrap } from "../unwrap.js";
import { firstInvalidUtf8 } from "../utf8.js";
import { KUBECTL_SCHEMA } from "./schema.js";
import { splitDocuments } from "./split-documents.js";

/** Reads the YAML documents of a source from `start` to its end, in bytes. */
export function readYAML(source: Source, sink: ReaderSink, start = 0): void {
  for (const document of splitDocuments(source, start, sink)) readDocument(source, document.start, document.end, sink);
}

function readDocument(source: Source, start: number, end: number, sink: ReaderSink): void {
  const bytes = source.read(start, end);
  if (!isUtf8(bytes)) {
    const offset = start + firstInvalidUtf8(bytes);
    sink.diagnostic({
      code: "invalid-utf8",
      severity: "error",
      message: `the text is not UTF-8 at byte ${offset}`,
      at: { source, start: offset, end: offset + 1 },
    });
    return;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const origin: Origin = { source, start, end, syntax: "yaml", path: [] };
  try {
    for (const value of parseYAML(text, origin, sink)) unwrap(value, origin, { sink, inList: false });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = start + Buffer.byteLength(text.slice(0, error.mark?.position ?? 0));
    sink.diagnostic({
      code: "invalid-yaml",
      severity: "error",
      message: error.reason,
      at: { source, start: offset, end: Math.min(offset + 1, source.size) },
    });
  }
}

function parseYAML(text: string, origin: Origin, sink: ReaderSink): unknown[] {
  const events = parseEvents(text, {});
  try {
    return constructFromEvents(events, { source: text, schema: KUBECTL_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== "duplicated mapping key") throw error;
    const offset = origin.start + Buffer.byteLength(text.slice(0, error.mark?.position ?? 0));
    sink.diagnostic({
      code: "duplicate-key",
      severity: "warning",
      message: "this key occurs twice in one mapping; the last one wins",
      at: { source: origin.source, start: offset, end: offset + 1 },
    });
    return constructFromEvents(events, { source: text, schema: KUBECTL_SCHEMA, json: true });
  }
}
