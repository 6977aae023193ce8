/** Elements of a listing that are no values of their set's datatype. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { isTypedElement } from "../../rulesets/nftables/typed-element.js";
import { printable } from "../../util/printable.js";
import type { SetDifference } from "./compare-sets.js";

/** A diagnostic for each among the elements that differ: no tool prints such, and no patch repeats them. */
export function findUntyped(sets: readonly SetDifference[], actual: CapturedNftTable | undefined): Diagnostic[] {
  return sets.flatMap(({ name, expected, elements }) =>
    elements.flatMap(({ key, actual: held }): Diagnostic[] => {
      if (!expected || !held || isTypedElement(held, expected.keyType)) return [];
      const message = `${printable(key.slice(0, 200))} is no element of type ${expected.keyType.join(" . ")} in ${name}`;
      const at = actual && { file: actual.file, ...(held.line !== undefined && { line: held.line }) };
      return [{ code: "unreadable-line", severity: "error", message, ...(at && { at }) }];
    }),
  );
}
