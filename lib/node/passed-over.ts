/** What is said of files of dumps and bundles that are read as nothing and may have been meant as captures. */
import type { SplitSources } from "../bundle/split-bundles.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { listWords } from "../diff/view-words.js";
import { refusalIn } from "../readers/refused-objects.js";
import type { Source } from "../source/source.js";
import { holdsObjects, isLog } from "./group-captures.js";
import { holdsPackets, isTableForPeople, looksCaptured } from "./looks-captured.js";

/** A warning that names and counts them; `taken`: what is read as captures. Hosts' reports and logs hold any program's words. */
export function passedOver({ others, strange }: SplitSources, taken: readonly Source[]): Diagnostic[] {
  const known = new Set(taken);
  const refused = others.filter((own) => isOfDump(own) && !known.has(own) && !holdsObjects(own) && isRefused(own));
  const left = others.filter((own) => own.dump === undefined && !known.has(own));
  const misnamed = strange.filter((own) => isRefused(own) || looksCaptured(own));
  return [
    ...told(refused, "what a tool said that gave nothing, passed over", "capture again where it was to be a node's"),
    ...noted(left.filter(isTableForPeople), "a table for people, passed over"),
    ...noted(left.filter(holdsPackets), "packets, passed over"),
    ...told(
      misnamed,
      "no part of a bundle by its name, passed over",
      "rules are read from nodes/NODE/iptables-save.txt and its like (docs/bundle.md)",
    ),
  ];
}

function isOfDump({ name, dump }: Source): boolean {
  return dump !== undefined && dump !== "sos" && !isLog(name);
}

function isRefused(source: Source): boolean {
  return refusalIn(source) !== undefined;
}

function told(files: readonly Source[], what: string, note: string): Diagnostic[] {
  if (files.length === 0) return [];
  const count = files.length > 1 ? `${files.length} files: ` : "";
  const names = listWords(files.map(({ name }) => name));
  return [{ code: "refusal-passed-over", severity: "warning", message: `${count}${names}: ${what}`, notes: [note] }];
}

function noted(files: readonly Source[], what: string): Diagnostic[] {
  const found = told(files, what, "name it as an input of its own to have it read all the same");
  return found.map((one) => ({ ...one, code: "document-passed-over", severity: "note" }));
}
