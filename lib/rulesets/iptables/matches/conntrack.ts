import { printTokens, splitOptions, type MatchForm, type MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

type Conntrack = MatchOf<"conntrack">;

const OPTIONS = { "--ctstate": 1 };

/** The order in which iptables-save prints states. */
const STATES = ["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"];

/** `-m conntrack --ctstate NEW`. */
export const conntrack: MatchForm<Conntrack> = {
  modules: ["conntrack"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    const state = split?.found.get("--ctstate");
    return split && state && shape(state.values[0]!.split(","), state.negated, split.rest);
  },
  list(words) {
    const negated = takeWords(words, "!");
    if (!takeWords(words, "ctstate")) return undefined;
    return shape(takeWord(words).split(","), negated, undefined);
  },
  restore: print,
  save: print,
  normalize: ({ states, negated, rest }) =>
    shape(
      [...new Set(states.map((s) => s.toUpperCase()))].sort((a, b) => STATES.indexOf(a) - STATES.indexOf(b)),
      negated,
      rest,
    ),
};

function print({ states, negated, rest }: Conntrack): string {
  const out = (negated ? " -m conntrack ! --ctstate " : " -m conntrack --ctstate ") + states.join(",");
  return rest ? out + printTokens(rest) : out;
}

function shape(
  states: readonly string[],
  negated: boolean | undefined,
  rest: readonly string[] | undefined,
): Conntrack {
  return { kind: "conntrack", states, ...(negated && { negated }), ...(rest && { rest }) };
}
