import type { MatchForm, MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

type Multiport = MatchOf<"multiport">;

const SIDES: Readonly<Record<string, Multiport["side"]>> = {
  "--dports": "destination",
  "--destination-ports": "destination",
  "--sports": "source",
  "--source-ports": "source",
  "--ports": "either",
};
const OPTION_OF = { destination: "--dports", source: "--sports", either: "--ports" } as const;

/** `-m multiport --dports 1,2:5`. */
export const multiport: MatchForm<Multiport> = {
  modules: ["multiport"],
  options: Object.fromEntries(Object.keys(SIDES).map((name) => [name, 1])),
  build(options) {
    const [option] = options;
    const side = option && Object.hasOwn(SIDES, option.name) ? SIDES[option.name] : undefined;
    return side && options.length === 1 ? shape(side, option!.values[0]!, option!.negated) : undefined;
  },
  list(words) {
    if (!takeWords(words, "multiport")) return undefined;
    const word = `--${takeWord(words)}`;
    const side = Object.hasOwn(SIDES, word) ? SIDES[word] : undefined;
    const ports = takeWord(words);
    if (!side || !/^!?[\d:,]+$/.test(ports)) return undefined;
    return ports.startsWith("!") ? shape(side, ports.slice(1), true) : shape(side, ports, false);
  },
  restore: print,
  save: print,
  normalize: ({ side, ports, negated }) => shape(side, ports, negated),
};

function print({ side, ports, negated }: Multiport): string {
  return " -m multiport" + (negated ? " ! " : " ") + OPTION_OF[side] + " " + ports;
}

function shape(side: Multiport["side"], ports: string, negated: boolean | undefined): Multiport {
  return { kind: "multiport", side, ports, ...(negated && { negated }) };
}
