/** A cluster's DNS as data. */
import {
  answerLines,
  recordJSON,
  resolutionJSON,
  resolutionLines,
  type AnswerView,
  type ResolutionView,
} from "./dns-resolution.js";
import type { ZoneRecord } from "./dns-zone.js";

export interface ZoneView {
  readonly config: { readonly domains: readonly string[]; readonly ttlSeconds: number; readonly pods: string };
  readonly notes: readonly string[];
  readonly records: () => Iterable<ZoneRecord & { readonly from?: string }>;
}

/** What stands at the head of a zone's text. */
export function zoneNotes({ config }: Pick<ZoneView, "config">): string[] {
  return [
    `records that CoreDNS serves for zone ${config.domains[0]}`,
    ...(config.pods === "insecure"
      ? [`and A.B.C.D as A-B-C-D.NAMESPACE.pod.${config.domains[0]} for any address (pods insecure)`]
      : []),
  ];
}

/** Schema svcrules.dev/dns/v1. */
export function zoneJSON({ config, notes, records }: ZoneView): object {
  return {
    schema: "svcrules.dev/dns/v1",
    domain: config.domains[0],
    ttl: config.ttlSeconds,
    pods: config.pods,
    assumptions: notes,
    records: [...records()].map(recordJSON),
  };
}

export type ReplyView =
  | { readonly kind: "answers"; readonly answers: readonly AnswerView[] }
  | { readonly kind: "resolution"; readonly resolution: ResolutionView };

/** Lines that say what became of a name. */
export function replyLines(reply: ReplyView): string[] {
  return reply.kind === "answers" ? reply.answers.flatMap(answerLines) : resolutionLines(reply.resolution);
}

/** An array of schema svcrules.dev/dns-answer/v1, or one resolution. */
export function replyJSON(reply: ReplyView): object {
  return reply.kind === "answers" ? reply.answers.map(answerJSON) : resolutionJSON(reply.resolution);
}

function answerJSON({ name, type, status, reason, answers, additional, authority }: AnswerView): object {
  return {
    schema: "svcrules.dev/dns-answer/v1",
    name,
    type,
    status,
    reason,
    answers: answers.map(recordJSON),
    additional: additional.map(recordJSON),
    authority: authority.map(recordJSON),
  };
}
