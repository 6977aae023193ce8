/** What a reader hands out while it reads. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeObject } from "../kube/types.js";
import type { Origin } from "../source/origin.js";
import type { SourceFact } from "./source-fact.js";

/**
 * An object as it was written: apiVersion and kind are strings and `origin` is set; every other field is whatever the
 * text says and must be checked before it is believed.
 */
export type RawObject = KubeObject & { readonly origin: Origin };

export interface ReaderSink {
  /** Nothing is explained from the objects: what the endpoints of an EndpointSlice refer to may be left out. */
  readonly rulesOnly?: boolean;
  /** One object of any kind, lists taken apart. */
  object(object: RawObject): void;
  diagnostic(diagnostic: Diagnostic): void;
  /** A watch event says the object is gone; objects of the same kind and name handed out before do not count. */
  deleted?(object: RawObject): void;
  /** Something the text tells beside objects. */
  fact?(fact: SourceFact): void;
}
