/** Text of `nft list ruleset` and `nft list table`. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Source } from "../../source/source.js";
import { textsOf } from "../../source/texts-of.js";
import { cleanCapture } from "../capture-text/clean-capture.js";
import { headOfCapture } from "../capture-text/head-of-capture.js";
import { isNftScript, type NftCapture } from "./capture.js";
import { ListingReader } from "./listing-reader.js";
import { parseNftScript } from "./parse-script.js";

/**
 * Reads a listing of nft 1.0.1 to 1.1.x, with any of -a, -s, -n, -y, -S, -t. Tables of other owners are passed over.
 * A line inside kube-proxy's table that cannot be read is a diagnostic, and reading goes on.
 * `everyTable`: other owners' tables are read too. The commands that make the table are taken as what they make.
 */
export function parseNftList(source: Source, everyTable = false): NftCapture {
  if (isNftScript(headOfCapture(source))) return parseNftScript(source, everyTable);
  const { source: clean, notes, refusal } = cleanCapture(source);
  if (refusal) return { tables: [], foreign: [], diagnostics: [refusal] };
  const read = (makesAll: boolean) => {
    const diagnostics: Diagnostic[] = [...notes];
    const reader = new ListingReader(source.name, diagnostics, clean.leftOut, everyTable, makesAll);
    for (const text of textsOf(clean)) reader.addText(text);
    return { ...reader.finish(), diagnostics };
  };
  const quick = read(false);
  // What nft prints once stands there twice: each is told where it stands.
  const { mayHoldSave, hasRepeats: _, ...found } = quick.hasRepeats ? read(true) : quick;
  return { ...found, ...(!mayHoldSave && { withoutSave: source }) };
}
