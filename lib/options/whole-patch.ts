/** A patch that does more than the Services that are asked about. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { selectionOf, type SelectionValues } from "./requests.js";

/** A warning where a patch is wanted and some Services are selected: what they share with others is in the same chains. */
export function wholePatch({ output, ...values }: SelectionValues & { readonly output: string }): Diagnostic[] {
  const { service, namespace, selector } = selectionOf(values);
  if (output !== "patch" || (service === undefined && namespace === undefined && selector === undefined)) return [];
  const message = "the patch brings the whole node right, not the selected services alone";
  return [{ code: "patch-of-whole-node", severity: "warning", message }];
}
