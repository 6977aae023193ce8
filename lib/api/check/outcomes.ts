/** Outcomes of a check as text views and as findings for reports. */
import { changeId, describeChange } from "../../check/describe-change.js";
import { goldenNotes } from "../../check/golden-notes.js";
import { lineChanges } from "../../check/line-changes.js";
import type { GoldenFileView } from "../../render/check-text.js";
import { textDiff } from "../../render/text-diff.js";
import type { Finding, FindingPlace } from "../../report/types.js";
import type { GoldenOutcome } from "./compare-job.js";

/** Lines of a unified diff that are shown; `git diff` after an update shows them all. */
const MOST_DIFF_LINES = 200;

/** One golden file that is not as it should be. */
export interface Trouble {
  /** As shown. */
  readonly file: string;
  readonly outcome: Exclude<GoldenOutcome, { kind: "same" }> | { readonly kind: "orphaned"; readonly isOwn: boolean };
  readonly command: string | undefined;
  readonly tool: string;
  /** Digest of the inputs now. */
  readonly inputs: string;
  /** Where Services, "ns/name", are written; asked for reports only. */
  readonly placesOf: ((names: readonly string[]) => ReadonlyMap<string, FindingPlace>) | undefined;
}

/** What is kept of it: not the lines, of which a large cluster has a million. */
export interface ToldTrouble {
  readonly kind: Trouble["outcome"]["kind"];
  readonly view: GoldenFileView;
  readonly changes: readonly ServiceChange[];
  /** First line that differs, from 1. */
  readonly line: number | undefined;
  /** Where a changed service is written. */
  readonly places: ReadonlyMap<string, FindingPlace>;
}

/** What changed, as sentences with the service each is about. */
export interface ServiceChange {
  readonly id: string;
  readonly service: string | undefined;
  readonly words: string;
}

const SAME_RULES = "the rules do the same: only their order, spelling or comments differ";

function changesOf({ outcome }: Trouble): ServiceChange[] {
  if (outcome.kind !== "differs") return [];
  const { changes, golden, compiled } = outcome;
  const named = (changes?.changes ?? []).map((change) => ({
    id: changeId(change, changes!.golden),
    service: change.service,
    words: describeChange(change, changes!.golden),
  }));
  const unique = [...new Map(named.map((change) => [change.words, change])).values()];
  if (unique.length > 0) return unique;
  const counted = lineChanges(golden, compiled).map((words) => ({ id: "golden-differs", service: undefined, words }));
  return changes ? [{ id: "golden-differs", service: undefined, words: SAME_RULES }, ...counted] : counted;
}

/** Tells everything there is to say about a golden file. */
export function tellTrouble(trouble: Trouble): ToldTrouble {
  const { outcome, placesOf } = trouble;
  const changes = changesOf(trouble);
  const services = changes.flatMap(({ service }) => service ?? []);
  const places = placesOf?.(services) ?? new Map<string, FindingPlace>();
  const line =
    outcome.kind === "differs"
      ? Math.max(1, outcome.headerLength + Math.min(outcome.same + 1, outcome.golden.length))
      : undefined;
  return { kind: outcome.kind, view: viewOf(trouble, changes), changes, line, places };
}

function viewOf(trouble: Trouble, changes: readonly ServiceChange[]): GoldenFileView {
  const { file, outcome, command } = trouble;
  const base = { file, isBad: true, changes: [], notes: [], diff: [], ...(command !== undefined && { command }) };
  switch (outcome.kind) {
    case "missing":
      return { ...base, state: "is missing" };
    case "orphaned":
      return { ...base, state: "is orphaned: no case compiles it", notes: orphanNotes(outcome.isOwn) };
    case "header":
      return { ...base, state: "differs in its header only", notes: [headerWords(outcome)] };
    case "differs":
      return {
        ...base,
        state: "differs",
        changes: changes.map(({ words }) => words),
        notes: goldenNotes(outcome.header, trouble),
        diff: diffOf(file, outcome),
      };
  }
}

function orphanNotes(isOwn: boolean): string[] {
  return isOwn ? [] : ["svcrules did not write it and does not delete it"];
}

function headerWords({ fields, found }: Extract<GoldenOutcome, { kind: "header" }>): string {
  return `it was written for ${fields.map((field) => `${field} ${found[field as keyof typeof found] ?? "(none)"}`).join(", ")}`;
}

function diffOf(file: string, { golden, compiled, headerLength }: Extract<GoldenOutcome, { kind: "differs" }>) {
  const first = [headerLength + 1, headerLength + 1] as const;
  return textDiff([file, "compiled now"], golden, compiled, { mostLines: MOST_DIFF_LINES }, first);
}

/** The file itself, then every service that changed, at its manifest where that is known. */
export function findingsOf(troubles: readonly ToldTrouble[]): Finding[] {
  const findings = troubles.map(fileFinding);
  const seen = new Map<string, { readonly finding: Finding; readonly files: string[] }>();
  for (const { view, changes, places } of troubles)
    for (const { id, service, words } of changes) {
      if (service === undefined) continue;
      const known = seen.get(words);
      if (known) {
        known.files.push(view.file);
        continue;
      }
      const finding: Finding = {
        id,
        severity: "error",
        message: words,
        where: places.get(service) ?? { file: view.file },
        service,
        notes: [],
        fails: true,
        identity: [service, words],
      };
      seen.set(words, { finding, files: [view.file] });
    }
  const ofServices = [...seen.values()].map(({ finding, files }): Finding => ({
    ...finding,
    notes: [filesNote(files)],
    check: files[0]!,
  }));
  return [...findings, ...ofServices];
}

function filesNote(files: readonly string[]): string {
  return files.length === 1 ? `golden file ${files[0]}` : `in ${files.length} golden files, the first is ${files[0]}`;
}

function fileFinding({ kind, view, line }: ToldTrouble): Finding {
  const { file, state, changes, notes, diff, command } = view;
  return {
    id: `golden-${kind}`,
    severity: "error",
    message: `golden file ${file} ${state}`,
    where: { file, ...(line !== undefined && { line }) },
    notes: [...changes, ...notes, ...(command === undefined ? [] : [`to accept: ${command}`])],
    ...(diff.length > 0 && { detail: diff.join("\n") }),
    fails: true,
    check: file,
    identity: [file],
  };
}

export const CHECK_EXPLANATIONS: Readonly<Record<string, string>> = {
  "golden-differs": "The rules that kube-proxy would program are not those of the golden file.",
  "golden-missing": "A case of svcrules.yaml has no golden file yet.",
  "golden-orphaned": "A golden file that no case of svcrules.yaml compiles.",
  "service-port-added": "A service port that the golden file does not have.",
  "service-port-removed": "A service port of the golden file has no rules any more.",
  "frontend-added": "An address or port of a service that the golden file does not have.",
  "frontend-removed": "An address or port of a service in the golden file is not served any more.",
  "endpoint-added": "An endpoint that the golden file does not have.",
  "endpoint-removed": "An endpoint of the golden file gets no traffic any more.",
  "golden-header":
    "The rules are the same, but the golden file says that they are for another node, mode, release or family.",
};
