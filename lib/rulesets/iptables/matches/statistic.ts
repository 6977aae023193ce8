import { kernelProbability, restoreProbability, saveProbability } from "../numbers.js";
import { printTokens, splitOptions, type MatchForm, type MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

type Statistic = MatchOf<"statistic">;

const OPTIONS = { "--mode": 1, "--probability": 1 };

/** `-m statistic --mode random --probability P`. */
export const statistic: MatchForm<Statistic> = {
  modules: ["statistic"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    const mode = split?.found.get("--mode");
    const probability = split?.found.get("--probability");
    if (!split || mode?.values[0] !== "random" || mode.negated || !probability) return undefined;
    return read(probability.values[0]!, probability.negated, split.rest);
  },
  list(words) {
    if (!takeWords(words, "statistic", "mode", "random")) return undefined;
    const negated = takeWords(words, "!");
    return takeWords(words, "probability") ? read(takeWord(words), negated, undefined) : undefined;
  },
  restore: (match) => print(match, restoreProbability(match.probability)),
  save: (match) => print(match, saveProbability(match.probability)),
  normalize: ({ probability, negated, rest }) => shape(kernelProbability(probability), negated, rest),
};

function print({ negated, rest }: Statistic, probability: string): string {
  const out = " -m statistic --mode random" + (negated ? " ! --probability " : " --probability ") + probability;
  return rest ? out + printTokens(rest) : out;
}

function read(text: string, negated: boolean, rest: readonly string[] | undefined): Statistic | undefined {
  const probability = Number(text);
  if (!/^[\d.]+$/.test(text) || !(probability >= 0 && probability <= 1)) return undefined;
  return shape(probability, negated, rest);
}

function shape(probability: number, negated: boolean | undefined, rest: readonly string[] | undefined): Statistic {
  return { kind: "statistic", mode: "random", probability, ...(negated && { negated }), ...(rest && { rest }) };
}
