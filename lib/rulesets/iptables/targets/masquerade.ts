import { printTokens } from "../matches/match-form.js";
import { takeWord, takeWords } from "../word-reader.js";
import type { TargetForm, TargetOf } from "./target-form.js";

type Masquerade = TargetOf<"masquerade">;

/** `-j MASQUERADE [--to-ports A-B] [--random] [--random-fully]`. */
export const masquerade: TargetForm<Masquerade> = {
  names: ["MASQUERADE"],
  options: { "--to-ports": 1, "--random": 0, "--random-fully": 0 },
  build(options) {
    const at = options.findIndex((option) => option.name === "--random-fully");
    if ((at >= 0 && at !== options.length - 1) || options.some((option) => option.negated)) return undefined;
    const rest = (at < 0 ? options : options.slice(0, at)).flatMap((option) => option.tokens);
    return shape(at >= 0, rest);
  },
  list(words) {
    const ports = takeWords(words, "masq", "ports:") ? ["--to-ports", takeWord(words)] : [];
    const random = takeWords(words, "random") ? ["--random"] : [];
    return shape(takeWords(words, "random-fully"), [...ports, ...random]);
  },
  restore: print,
  save: print,
  normalize: ({ randomFully, rest }) => shape(randomFully, rest ?? []),
};

function print({ randomFully, rest }: Masquerade): string {
  return " -j MASQUERADE" + printTokens(rest) + (randomFully ? " --random-fully" : "");
}

function shape(randomFully: boolean | undefined, rest: readonly string[]): Masquerade {
  return { kind: "masquerade", ...(randomFully && { randomFully }), ...(rest.length > 0 && { rest }) };
}
