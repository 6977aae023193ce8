/** What readers make of a text, for tests. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { readSource } from "../readers/read-source.js";
import type { RawObject } from "../readers/sink.js";
import type { SourceFact } from "../readers/source-fact.js";
import { sourceFromBytes, sourceFromText, type Source } from "../source/source.js";

export interface ReadResult {
  /** Without their origins. */
  readonly objects: readonly Record<string, unknown>[];
  readonly raw: readonly RawObject[];
  readonly deleted: readonly RawObject[];
  readonly diagnostics: readonly Diagnostic[];
  readonly facts: readonly SourceFact[];
}

/** Reads a text, bytes or a source. */
export function readText(input: string | Uint8Array | Source, name = "input"): ReadResult {
  const source =
    typeof input === "string"
      ? sourceFromText(name, input)
      : input instanceof Uint8Array
        ? sourceFromBytes(name, input)
        : input;
  const raw: RawObject[] = [];
  const deleted: RawObject[] = [];
  const diagnostics: Diagnostic[] = [];
  const facts: SourceFact[] = [];
  readSource(source, {
    object: (object) => raw.push(object),
    deleted: (object) => deleted.push(object),
    diagnostic: (diagnostic) => diagnostics.push(diagnostic),
    fact: (fact) => facts.push(fact),
  });
  const objects = raw.map(({ origin: _origin, ...rest }) => rest as Record<string, unknown>);
  return { objects, raw, deleted, diagnostics, facts };
}
