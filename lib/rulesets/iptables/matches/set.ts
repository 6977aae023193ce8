import { printTokens, splitOptions, type MatchForm, type MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

type SetMatch = MatchOf<"set">;

const OPTIONS = { "--match-set": 2 };

/** `-m set --match-set NAME dst,dst`. */
export const set: MatchForm<SetMatch> = {
  modules: ["set"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    const option = split?.found.get("--match-set");
    if (!split || !option) return undefined;
    return shape(option.values[0]!, option.values[1]!.split(","), option.negated, split.rest);
  },
  list(words) {
    const negated = takeWords(words, "!");
    if (!takeWords(words, "match-set")) return undefined;
    return shape(takeWord(words), takeWord(words).split(","), negated, undefined);
  },
  restore: print,
  save: print,
  normalize: ({ name, directions, negated, rest }) => shape(name, directions, negated, rest),
};

function print({ name, directions, negated, rest }: SetMatch): string {
  const out = (negated ? " -m set ! --match-set " : " -m set --match-set ") + name + " " + directions.join(",");
  return rest ? out + printTokens(rest) : out;
}

function shape(
  name: string,
  directions: readonly string[],
  negated: boolean | undefined,
  rest: readonly string[] | undefined,
): SetMatch {
  return { kind: "set", name, directions, ...(negated && { negated }), ...(rest && { rest }) };
}
