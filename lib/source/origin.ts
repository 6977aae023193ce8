/** Where an API object stands in a source; enough to find any of its fields again when somebody asks. */
import type { Source } from "./source.js";

/** Steps from a value to one inside it: field names and list indexes. */
export type FieldPath = readonly (string | number)[];

export interface Origin {
  readonly source: Source;
  /** Byte range of the text that holds the object: a YAML document, a JSON value, or one item of a list. */
  readonly start: number;
  readonly end: number;
  readonly syntax: "json" | "yaml";
  /** From the root of that text to the object, e.g. ["items", 3]; empty when the text is the object. */
  readonly path: FieldPath;
}

/** A field of an object; `of` says whether its key or its value is meant (default: value). */
export interface Place {
  readonly origin: Origin;
  readonly path: FieldPath;
  readonly of?: "key" | "value";
}
