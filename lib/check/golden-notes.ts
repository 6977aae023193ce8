/** Why a golden file may differ, from what its header says. */
import type { HeaderFields } from "./golden-header.js";

/** One sentence each; none when the header tells nothing. */
export function goldenNotes(found: HeaderFields | undefined, now: { readonly tool: string; readonly inputs: string }) {
  if (!found) return [];
  const notes: string[] = [];
  const isOtherTool = found.tool !== undefined && found.tool !== now.tool;
  if (isOtherTool) notes.push(`it was written by ${found.tool}, this is ${now.tool}`);
  if (found.inputs === now.inputs)
    notes.push(
      isOtherTool
        ? "the inputs are the same as then, so the program or the configuration makes the difference"
        : "the inputs are the same as then: the golden file or the configuration was changed",
    );
  return notes;
}
