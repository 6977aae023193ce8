import { printTokens, splitOptions, type MatchForm, type MatchOf } from "./match-form.js";
import { takeWords } from "../word-reader.js";

type Physdev = MatchOf<"physdev">;

const OPTIONS = { "--physdev-is-in": 0 };

/** `-m physdev ! --physdev-is-in`. */
export const physdev: MatchForm<Physdev> = {
  modules: ["physdev"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    return split && shape(split.found.has("--physdev-is-in"), split.found.get("--physdev-is-in")?.negated, split.rest);
  },
  list(words) {
    if (!takeWords(words, "PHYSDEV", "match")) return undefined;
    const negated = takeWords(words, "!");
    return takeWords(words, "--physdev-is-in") ? shape(true, negated, undefined) : undefined;
  },
  restore: print,
  save: print,
  normalize: ({ isIn, negated, rest }) => shape(isIn, negated, rest),
};

function print({ isIn, negated, rest }: Physdev): string {
  let out = " -m physdev";
  if (isIn) out += negated ? " ! --physdev-is-in" : " --physdev-is-in";
  return rest ? out + printTokens(rest) : out;
}

function shape(isIn: boolean | undefined, negated: boolean | undefined, rest: readonly string[] | undefined): Physdev {
  return { kind: "physdev", ...(isIn && { isIn }), ...(negated && { negated }), ...(rest && { rest }) };
}
