/** The story of a name lookup, as text and as JSON. */
import { printable } from "../util/printable.js";
import { recordDataText, zoneLine, type ZoneRecord } from "./dns-zone.js";

export interface AnswerView {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly answers: readonly (ZoneRecord & { readonly from?: string })[];
  readonly additional: readonly ZoneRecord[];
  readonly authority: readonly ZoneRecord[];
  readonly reason: string;
}

/** What is shown of a lookup; lib/dns makes it. */
export interface ResolutionView {
  readonly typed: string;
  readonly library: string;
  readonly conf: {
    readonly nameservers: readonly string[];
    readonly searches: readonly string[];
    readonly options: Readonly<Record<string, string>>;
    readonly from: string;
  };
  readonly steps: readonly {
    readonly name: string;
    readonly search?: string;
    readonly answers: readonly AnswerView[];
  }[];
  readonly outcome: string;
  readonly answeredBy?: string;
  readonly records: readonly (ZoneRecord & { readonly from?: string })[];
  readonly summary: string;
  readonly notes: readonly string[];
}

function optionText([name, value]: [string, string]): string {
  return value === "" ? name : `${name}:${value}`;
}

function optionTexts(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(optionText).sort();
}

/** "NXDOMAIN", "2 records", "no data", "upstream". */
function statusText({ status, answers }: AnswerView): string {
  if (answers.length > 0) return `${answers.length} ${answers.length === 1 ? "record" : "records"}`;
  return status === "NOERROR" ? "no data" : status;
}

/** One answer: its records, then why. Control characters are escaped. */
export function answerLines(answer: AnswerView): string[] {
  const text = statusText(answer);
  const lines = [
    `${answer.name} ${answer.type}: ${text === answer.status ? text : `${answer.status}, ${text}`}`,
    ...answer.answers.map((record) => `  ${zoneLine(record)}${record.from === undefined ? "" : `  ; ${record.from}`}`),
    ...answer.additional.map((record) => `  ${zoneLine(record)}  ; additional`),
    `  ${answer.reason}`,
  ];
  return lines.map(printable);
}

/** The lookup step by step; the first line is its outcome. Control characters are escaped. */
export function resolutionLines(view: ResolutionView): string[] {
  const { conf } = view;
  const width = Math.max(0, ...view.steps.map(({ name }) => name.length));
  const lines = [
    view.summary,
    ...view.records.map(
      (record) =>
        `  ${record.data.type} ${recordDataText(record.data)}${record.from === undefined ? "" : `  (${record.from})`}`,
    ),
    "",
    `resolv.conf (the ${conf.from}'s): nameserver ${conf.nameservers.join(" ") || "not known"}; search ${conf.searches.join(" ") || "none"}; options ${optionTexts(conf.options).join(" ") || "none"}`,
    ...view.steps.map(
      ({ name, answers }, i) =>
        `${String(i + 1).padStart(3)}. ${name.padEnd(width)}  ${answers.map((answer) => `${answer.type} ${statusText(answer)}`).join(", ")}`,
    ),
    ...view.notes.map((note) => `note: ${note}`),
  ];
  return lines.map(printable);
}

/** The lookup as data. */
export function resolutionJSON(view: ResolutionView): object {
  return {
    schema: "svcrules.dev/dns-resolution/v1",
    name: view.typed,
    outcome: view.outcome,
    summary: view.summary,
    answeredBy: view.answeredBy ?? null,
    records: view.records.map(recordJSON),
    resolvConf: {
      nameservers: view.conf.nameservers,
      search: view.conf.searches,
      options: optionTexts(view.conf.options),
    },
    resolver: view.library,
    steps: view.steps.map(({ name, search, answers }) => ({
      name,
      search: search ?? null,
      answers: answers.map((answer) => ({
        type: answer.type,
        status: answer.status,
        records: answer.answers.map(recordJSON),
        reason: answer.reason,
      })),
    })),
    notes: view.notes,
  };
}

/** A record as data: name, type, ttl and the fields of its type. */
export function recordJSON({ name, ttlSeconds, data, from }: ZoneRecord & { readonly from?: string }): object {
  const { type, ...rest } = data;
  return { name, type, ttl: ttlSeconds, ...rest, ...(from === undefined ? {} : { from }) };
}
