/** What becomes of a packet, in words that say numbers and not names. */
import { joinHostPort } from "../net/ip.js";
import { SHARE_TOLERANCE } from "../trace/index.js";
import type { Outcome, Question, Trace, TracedOutcome } from "../trace/types.js";
import { conditionsText } from "./condition-words.js";
import { percent, plural } from "./word-context.js";

/** Targets named one by one where their shares differ. */
const MOST_NAMED = 4;

/** What a set of endpoints is called, e.g. "the 2 endpoints on this node"; undefined: only counted. */
export type NameTargets = (targets: readonly string[]) => string | undefined;

/** What is worded: outcomes with their shares, or such under conditions. */
type Worded = {
  readonly outcomes: readonly Pick<TracedOutcome, "outcome" | "probability">[];
  readonly cases?: Trace["cases"];
};

/** "one of 3 endpoints, 33.33% each; keeps its source"; the source only when it is wanted. */
export function outcomeWords(trace: Worded, nameTargets: NameTargets = () => undefined, withSource = true): string {
  if (!trace.cases) return wordsOfOutcomes(trace.outcomes, nameTargets, withSource);
  return trace.cases
    .map(
      ({ conditions, outcomes }) =>
        `${conditionsText(conditions)}: ${wordsOfOutcomes(outcomes, nameTargets, withSource)}`,
    )
    .join("; ");
}

function wordsOfOutcomes(outcomes: Worded["outcomes"], nameTargets: NameTargets, withSource: boolean): string {
  const shares = new Map<string, number>();
  let masqueraded = 0;
  let forwarded = 0;
  const others: string[] = [];
  for (const { outcome, probability } of outcomes) {
    if (outcome.kind === "endpoint") {
      const target = joinHostPort(outcome.address, outcome.port);
      shares.set(target, (shares.get(target) ?? 0) + probability);
      forwarded += probability;
      if (outcome.masqueraded) masqueraded += probability;
    } else others.push(`${probability < 1 - SHARE_TOLERANCE ? `${percent(probability)} ` : ""}${outcomeText(outcome)}`);
  }
  if (shares.size === 0) return others.join("; ");
  const source =
    masqueraded < SHARE_TOLERANCE
      ? "keeps its source"
      : masqueraded > forwarded - SHARE_TOLERANCE
        ? "comes from a node address"
        : "comes from a node address where it goes back to its sender";
  return [forwardedWords(shares, nameTargets), ...(withSource ? [source] : []), ...others].join("; ");
}

function forwardedWords(shares: ReadonlyMap<string, number>, nameTargets: NameTargets): string {
  const sorted = [...shares].sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = sorted;
  const named = nameTargets(sorted.map(([target]) => target));
  if (sorted.length === 1) return `${named ?? first![0]}, ${percent(first![1])}`;
  if (sorted.every(([, share]) => Math.abs(share - first![1]) < SHARE_TOLERANCE))
    return `one of ${named ?? plural(sorted.length, "endpoint")}, ${percent(first![1])} each`;
  if (named !== undefined) return `one of ${named}, ${unevenWords(sorted.map(([, share]) => share))}`;
  const rest = sorted.length - MOST_NAMED;
  const texts = sorted.slice(0, MOST_NAMED).map(([target, share]) => `${target} ${percent(share)}`);
  return texts.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function unevenWords(shares: readonly number[]): string {
  return `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} each`;
}

/** An outcome that is no endpoint. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "endpoint":
      return joinHostPort(outcome.address, outcome.port);
    case "undisturbed":
      return `not touched: it goes on to where it was sent${outcome.masqueraded ? ", from a node address" : ""}`;
    case "rejected":
      return "refused at once";
    case "dropped":
      return "dropped without an answer";
    case "unknown":
      return `not known: ${outcome.reason}${howToTell(outcome.asks)}`;
  }
}

/** Where the answer to a question is found. */
function howToTell(question: Question | undefined): string {
  if (!question) return "";
  return question.kind === "local" ? "; `ip addr show` tells" : "; `ip route` tells, or --interface says it";
}

/** Shares of endpoints, whatever becomes of the source. */
export function endpointShares(trace: Trace): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { outcome, probability } of trace.outcomes)
    if (outcome.kind === "endpoint") {
      const target = joinHostPort(outcome.address, outcome.port);
      shares.set(target, (shares.get(target) ?? 0) + probability);
    }
  return shares;
}
