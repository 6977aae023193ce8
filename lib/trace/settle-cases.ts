/** What becomes of a packet under each answer to what is not known. */
import { describeDistribution, distributionOfOutcomes } from "./equal-distributions.js";
import { NOTHING_ASSUMED, type Assumed, type AssumedInterface } from "./packet-state.js";
import type { Condition, Question, TraceCase, TracedOutcome } from "./types.js";

/** Traces that one packet may cost; rules of hostile captures can ask for any number of interfaces. */
const MOST_RUNS = 128;

/** One case without conditions when the outcome is the same whatever the answers are. */
export function settleCases(run: (assumed: Assumed) => readonly TracedOutcome[]): TraceCase[] {
  let runs = 0;
  const solve = (assumed: Assumed): TraceCase[] => {
    const outcomes = run(assumed);
    const question = questionOf(outcomes);
    runs++;
    if (!question || runs > MOST_RUNS) return [{ conditions: [], outcomes }];
    const [yes, no] = answersTo(question);
    const [where, elsewhere] = [solve(assume(assumed, yes)), solve(assume(assumed, no))];
    return sameCases(where, elsewhere) ? elsewhere : joinCases(given(yes, where), elsewhere, no);
  };
  return joinAlike(solve(NOTHING_ASSUMED));
}

function questionOf(outcomes: readonly TracedOutcome[]): Question | undefined {
  for (const { outcome } of outcomes) if (outcome.kind === "unknown" && outcome.asks) return outcome.asks;
  return undefined;
}

function answersTo(question: Question): readonly [Condition, Condition] {
  if (question.kind === "local") {
    const { kind, address } = question;
    return [
      { kind, address, isLocal: true },
      { kind, address, isLocal: false },
    ];
  }
  const { kind, name } = question;
  return [
    { kind, names: [name], negated: false },
    { kind, names: [name], negated: true },
  ];
}

function assume(assumed: Assumed, condition: Condition): Assumed {
  switch (condition.kind) {
    case "local":
      return { ...assumed, local: new Map([...assumed.local, [condition.address, condition.isLocal]]) };
    case "in-interface":
      return { ...assumed, input: assumeInterface(assumed.input, condition) };
    case "out-interface":
      return { ...assumed, output: assumeInterface(assumed.output, condition) };
  }
}

function assumeInterface(
  { not }: AssumedInterface,
  { names, negated }: { readonly names: readonly string[]; readonly negated: boolean },
): AssumedInterface {
  return negated ? { not: [...not, ...names] } : { name: names[0]!, not };
}

function sameCases(a: readonly TraceCase[], b: readonly TraceCase[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => sameOutcomes(one, b[i]!) && JSON.stringify(one.conditions) === JSON.stringify(b[i]!.conditions))
  );
}

function given(condition: Condition, cases: readonly TraceCase[]): TraceCase[] {
  return cases.map(({ conditions, outcomes }) => ({ conditions: [condition, ...conditions], outcomes }));
}

/** An answer that changes nothing against the last of the other cases is no condition. */
function joinCases(where: readonly TraceCase[], elsewhere: readonly TraceCase[], no: Condition): TraceCase[] {
  const last = elsewhere.at(-1)!;
  if (where.length === 1 && sameOutcomes(where[0]!, last)) return [...elsewhere];
  return [...where, ...elsewhere.map((one) => ({ ...one, conditions: withNegated(no, one.conditions) }))];
}

/** What is said of an interface that is named needs no word on which others it is not. */
function withNegated(no: Condition, conditions: readonly Condition[]): readonly Condition[] {
  if (no.kind === "local") return [no, ...conditions];
  const own = conditions.find(({ kind }) => kind === no.kind);
  if (own?.kind !== no.kind) return [no, ...conditions];
  if (!own.negated) return conditions;
  const joined: Condition = { ...no, names: [...no.names, ...own.names] };
  return [joined, ...conditions.filter((one) => one !== own)];
}

/** Interfaces that fare alike become one case. */
function joinAlike(cases: readonly TraceCase[]): TraceCase[] {
  const joined: TraceCase[] = [];
  for (const one of cases) {
    const at = joined.findIndex((other) => isJoinable(other.conditions, one.conditions) && sameOutcomes(other, one));
    const found = joined[at];
    if (found) joined[at] = { ...found, conditions: joinNames(found.conditions, one.conditions) };
    else joined.push(one);
  }
  return joined;
}

/** They say of one interface which it is, and are alike in all else. */
function isJoinable(a: readonly Condition[], b: readonly Condition[]): boolean {
  const [last, other] = [a.at(-1), b.at(-1)];
  if (!last || !other || last.kind === "local" || other.kind !== last.kind) return false;
  if (last.negated || other.negated) return false;
  return JSON.stringify(a.slice(0, -1)) === JSON.stringify(b.slice(0, -1));
}

function joinNames(a: readonly Condition[], b: readonly Condition[]): Condition[] {
  const [last, other] = [a.at(-1)!, b.at(-1)!];
  const joined = "names" in last && "names" in other ? { ...last, names: [...last.names, ...other.names] } : last;
  return [...a.slice(0, -1), joined];
}

function sameOutcomes(a: TraceCase, b: TraceCase): boolean {
  const [one, other] = [a, b].map(({ outcomes }) => describeDistribution(distributionOfOutcomes(outcomes)));
  return one === other;
}
