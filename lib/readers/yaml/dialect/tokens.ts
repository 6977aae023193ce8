/** The tokens of YAML; places in UTF-16 units of the text. */

export interface ScalarToken {
  readonly kind: "scalar";
  readonly at: number;
  /** After its last character, closing quote included. */
  readonly end: number;
  readonly style: "plain" | "single-quoted" | "double-quoted" | "block";
  /** The stretch of the text that is the value as it stands, when there is one. */
  readonly slice?: readonly [start: number, end: number];
  /** The value otherwise. */
  readonly value?: string;
}

export interface PropertyToken {
  readonly kind: "anchor" | "alias" | "tag";
  /** Of the name without "&" or "*"; of a tag as it is written. */
  readonly at: number;
  readonly end: number;
}

interface DirectiveToken {
  readonly kind: "directive";
  readonly at: number;
  readonly words: readonly string[];
}

interface MarkToken {
  readonly kind:
    | "document-start"
    | "document-end"
    | "block-sequence"
    | "block-mapping"
    | "block-end"
    | "entry"
    | "key"
    | "value"
    | "flow-sequence"
    | "flow-mapping"
    | "flow-sequence-end"
    | "flow-mapping-end"
    | "comma"
    | "end";
  readonly at: number;
}

export type Token = ScalarToken | PropertyToken | DirectiveToken | MarkToken;
