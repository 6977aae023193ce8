/** A golden file against what was compiled. */
import {
  afterJsonHeader,
  differingFields,
  headerLines,
  splitGolden,
  type GoldenHeader,
  type HeaderFields,
} from "./golden-header.js";

export type GoldenComparison =
  | { readonly kind: "same" }
  /** The rules are the same, the header says something else about where they are for. */
  | { readonly kind: "header"; readonly fields: readonly string[]; readonly found: HeaderFields }
  | {
      readonly kind: "differs";
      readonly header: HeaderFields | undefined;
      /** Lines in front of the rules of the golden file. */
      readonly headerLength: number;
      /** Without header. */
      readonly golden: readonly string[];
      readonly compiled: readonly string[];
      /** Lines at the beginning that are equal. */
      readonly same: number;
    };

/** Compares line by line and keeps lines only when they differ. A file without a header is compared by its rules. */
export function compareGolden(
  goldenLines: Iterable<string>,
  compiledLines: Iterable<string>,
  wanted: GoldenHeader,
  form: "text" | "json",
): GoldenComparison {
  const { header, headerLength, body } = splitGolden(goldenLines[Symbol.iterator](), form);
  const compiled = (form === "json" ? afterJsonHeader(compiledLines) : compiledLines)[Symbol.iterator]();
  const equal: string[] = [];
  for (;;) {
    const a = body.next();
    const b = compiled.next();
    if (a.done === true && b.done === true) break;
    if (a.done !== true && b.done !== true && a.value === b.value) {
      equal.push(a.value);
      continue;
    }
    return {
      kind: "differs",
      header,
      headerLength,
      golden: [...equal, ...(a.done === true ? [] : [a.value, ...remaining(body)])],
      compiled: [...equal, ...(b.done === true ? [] : [b.value, ...remaining(compiled)])],
      same: equal.length,
    };
  }
  const fields = header ? differingFields(header, wanted) : [];
  return fields.length > 0 ? { kind: "header", fields, found: header! } : { kind: "same" };
}

function remaining(lines: Iterator<string>): string[] {
  const out: string[] = [];
  for (let next = lines.next(); next.done !== true; next = lines.next()) out.push(next.value);
  return out;
}

/** The lines of a golden file. */
export function* goldenFileLines(
  header: GoldenHeader,
  compiledLines: Iterable<string>,
  form: "text" | "json",
): Generator<string> {
  yield* headerLines(header, form);
  yield* form === "json" ? afterJsonHeader(compiledLines) : compiledLines;
}
