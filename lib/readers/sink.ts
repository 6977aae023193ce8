/** What a reader hands out while it reads. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeObject } from "../kube/types.js";
import type { FieldPath, Origin } from "../source/origin.js";
import type { Focus } from "./focus.js";
import type { SourceFact } from "./source-fact.js";

/**
 * An object as it was written: apiVersion and kind are strings and `origin` is set; every other field is whatever the
 * text says and must be checked before it is believed.
 */
export type RawObject = KubeObject & { readonly origin: Origin };

/**
 * How one value differs among objects that are skimmed: it is another text, another whole number, other endpoints of a
 * slice (an EndpointTable), or a text or a whole number that nobody asks for.
 */
export type Difference = "text" | "number" | "endpoints" | "ignored";

/** An object that was read whole, from which others with the same JSON layout are made: all but a few values is the same. */
export interface SkimTemplate {
  /** How the value at the path differs; undefined: not at all. Asked once for each text, number and list of endpoints. */
  differs(path: FieldPath): Difference | undefined;
  /**
   * Takes the object with these values in place of those that differ, in the order in which they were asked for.
   * False: it is not taken, since something may have to be said of it; it is to be handed out whole.
   */
  take(values: readonly unknown[], origin: Origin): boolean;
}

export interface ReaderSink {
  /** Nothing is explained from the objects: what the endpoints of an EndpointSlice refer to may be left out. */
  readonly rulesOnly?: boolean;
  /** What the question is about; slices that it cannot need may be left out. */
  readonly focus?: Focus;
  /** One object of any kind, lists taken apart. */
  object(object: RawObject): void;
  /** The object handed out last as a template for others; undefined when each is to be handed out whole. */
  template?(object: RawObject): SkimTemplate | undefined;
  diagnostic(diagnostic: Diagnostic): void;
  /** A watch event says the object is gone; objects of the same kind and name handed out before do not count. */
  deleted?(object: RawObject): void;
  /** Something the text tells beside objects. */
  fact?(fact: SourceFact): void;
}
