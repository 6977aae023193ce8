import { dns as zoneOf } from "../../lib/index.js";
import { answerLines, resolutionLines } from "../../lib/render/dns-resolution.js";
import { marksOf } from "./marks.js";
import type { Setup, Told } from "./protocol.js";
import { asked } from "./asked.js";

export interface NameQuestion extends Setup {
  readonly name: string;
  /** Namespace, or NAMESPACE/POD. */
  readonly from: string;
}

export interface NameAnswer {
  readonly summary: string;
  readonly isFound: boolean;
  /** What was asked of the server, and what it said. */
  readonly lines: readonly string[];
  /** Addresses that the program gets. */
  readonly addresses: readonly string[];
  readonly notes: readonly string[];
}

/** What a program in a pod gets when it looks a name up. */
export function dns(question: NameQuestion): Told<NameAnswer> {
  const { name, from } = question;
  const { sources, options } = asked(question);
  const { zone, diagnostics } = zoneOf(sources, { load: options.load });
  const marks = marksOf(diagnostics);
  if (!zone) return { answer: undefined, marks };
  const reply = zone.ask({ name, ...(from !== "" && { from }) });
  const { notes } = zone;
  switch (reply.kind) {
    case "unknown-sender":
      return { answer: { summary: reply.message, isFound: false, lines: [reply.note], addresses: [], notes }, marks };
    case "answers": {
      const records = reply.answers.flatMap(({ answers }) => answers);
      const summary = reply.isFound ? `${name} is found` : `${name} is not found`;
      const lines = reply.answers.flatMap((answer) => answerLines(answer));
      return { answer: { summary, isFound: reply.isFound, lines, addresses: addressesOf(records), notes }, marks };
    }
    case "resolution": {
      const { resolution, isFound } = reply;
      const lines = [...resolutionLines(resolution)];
      const addresses = addressesOf(resolution.records);
      return { answer: { summary: resolution.summary, isFound, lines, addresses, notes }, marks };
    }
  }
}

function addressesOf(records: readonly { readonly data: object }[]): string[] {
  return records.flatMap(({ data }) => ("address" in data && typeof data.address === "string" ? [data.address] : []));
}
