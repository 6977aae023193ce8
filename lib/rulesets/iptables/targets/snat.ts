import { printTokens } from "../matches/match-form.js";
import { takeWord, takeWords } from "../word-reader.js";
import type { TargetForm, TargetOf } from "./target-form.js";

type Snat = TargetOf<"snat">;

/** `-j SNAT --to-source 10.0.0.1 [--random-fully]`. */
export const snat: TargetForm<Snat> = {
  names: ["SNAT"],
  options: { "--to-source": 1, "--random": 0, "--random-fully": 0, "--persistent": 0 },
  build(options) {
    const [to, ...flags] = options;
    if (to?.name !== "--to-source" || options.some((option) => option.negated)) return undefined;
    const randomFully = flags[0]?.name === "--random-fully";
    return shape(
      to.values[0]!,
      randomFully,
      flags.slice(randomFully ? 1 : 0).flatMap((flag) => flag.tokens),
    );
  },
  list(words) {
    const to = takeWord(words);
    if (!to.startsWith("to:")) return undefined;
    const random = takeWords(words, "random") ? ["--random"] : [];
    const randomFully = takeWords(words, "random-fully");
    return shape(to.slice(3), randomFully, [...random, ...(takeWords(words, "persistent") ? ["--persistent"] : [])]);
  },
  restore: print,
  save: print,
  normalize: ({ to, randomFully, rest }) => shape(to, randomFully, rest ?? []),
};

function print({ to, randomFully, rest }: Snat): string {
  return " -j SNAT --to-source " + to + (randomFully ? " --random-fully" : "") + printTokens(rest);
}

function shape(to: string, randomFully: boolean | undefined, rest: readonly string[]): Snat {
  return { kind: "snat", to, ...(randomFully && { randomFully }), ...(rest.length > 0 && { rest }) };
}
