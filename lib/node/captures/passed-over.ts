/** What is said of files of dumps and bundles that are read as nothing and may have been meant as captures. */
import type { SplitSources } from "../../bundle/split-bundles.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { listWords } from "../../diff/view-words.js";
import { isOfLogs } from "../../readers/dump-layout.js";
import { holdsRefusal } from "../../readers/refused-objects.js";
import type { Source } from "../../source/source.js";
import { holdsObjects } from "./group-captures.js";
import { holdsPackets, isTableForPeople, looksCaptured } from "./looks-captured.js";

/** What is the same of all files that are told of in one sentence. */
interface Told extends Required<Pick<Diagnostic, "code" | "severity" | "notes">> {
  readonly what: string;
}

const REFUSED: Told = {
  code: "refusal-passed-over",
  severity: "warning",
  what: "what a tool said that gave nothing, passed over",
  notes: ["capture again where it was to be a node's"],
};
const MISNAMED: Told = {
  code: "refusal-passed-over",
  severity: "warning",
  what: "no part of a bundle by its name, passed over",
  notes: ["rules are read from nodes/NODE/iptables-save.txt and its like (docs/bundle.md)"],
};
const TABLE: Told = {
  code: "document-passed-over",
  severity: "note",
  what: "a table for people, passed over",
  notes: ["name it as an input of its own to have it read all the same"],
};

const PACKETS: Told = { ...TABLE, what: "packets, passed over" };

/** Names and counts them; `taken`: what is read as captures. Of hosts' reports and logs, which hold any program's words, nothing is said. */
export function passedOver({ others, strange }: SplitSources, taken: readonly Source[]): Diagnostic[] {
  const known = new Set(taken);
  const left = others.filter((own) => !known.has(own));
  const ofNoDump = left.filter(({ dump }) => dump === undefined);
  const refused = left.filter((own) => isOfDump(own) && !holdsObjects(own) && holdsRefusal(own));
  const misnamed = strange.filter((own) => holdsRefusal(own) || looksCaptured(own));
  return [
    ...tell(refused, REFUSED),
    ...tell(ofNoDump.filter(isTableForPeople), TABLE),
    ...tell(ofNoDump.filter(holdsPackets), PACKETS),
    ...tell(misnamed, MISNAMED),
  ];
}

function isOfDump({ name, dump }: Source): boolean {
  return dump !== undefined && dump !== "sos" && dump !== "host" && !isOfLogs(name);
}

function tell(files: readonly Source[], { what, ...told }: Told): Diagnostic[] {
  if (files.length === 0) return [];
  const count = files.length > 1 ? `${files.length} files: ` : "";
  return [{ ...told, message: `${count}${listWords(files.map(({ name }) => name))}: ${what}` }];
}
