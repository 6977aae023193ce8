import type { NegatableText } from "../types.js";
import { printTokens, splitOptions, type MatchForm, type MatchOf, type Option } from "./match-form.js";
import { peekWord, takeWord, takeWords } from "../word-reader.js";

type Addrtype = MatchOf<"addrtype">;

const OPTIONS = { "--src-type": 1, "--dst-type": 1 };

/** The order in which iptables-save prints types: their numbers in the kernel. */
const TYPES = [
  "UNSPEC",
  "UNICAST",
  "LOCAL",
  "BROADCAST",
  "ANYCAST",
  "MULTICAST",
  "BLACKHOLE",
  "UNREACHABLE",
  "PROHIBIT",
  "THROW",
  "NAT",
  "XRESOLVE",
];

/** `-m addrtype --src-type LOCAL`. */
export const addrtype: MatchForm<Addrtype> = {
  modules: ["addrtype"],
  options: OPTIONS,
  build(options) {
    const split = splitOptions(options, OPTIONS);
    if (!split) return undefined;
    return shape(textOf(split.found.get("--src-type")), textOf(split.found.get("--dst-type")), split.rest);
  },
  list(words) {
    if (!takeWords(words, "ADDRTYPE", "match")) return undefined;
    const type = (name: string): NegatableText | undefined => {
      if (!takeWords(words, name)) return undefined;
      const word = takeWord(words);
      return word.startsWith("!") ? { text: word.slice(1), negated: true } : { text: word };
    };
    const source = type("src-type");
    const destination = type("dst-type");
    const limit = peekWord(words);
    if (limit !== "limit-in" && limit !== "limit-out") return shape(source, destination, undefined);
    takeWord(words);
    return shape(source, destination, [limit === "limit-in" ? "--limit-iface-in" : "--limit-iface-out"]);
  },
  restore: print,
  save: print,
  normalize: (match) => shape(sorted(match.sourceType), sorted(match.destinationType), match.rest),
};

function print(match: Addrtype): string {
  let out = " -m addrtype";
  const { sourceType, destinationType, rest } = match;
  if (sourceType) out += (sourceType.negated ? " ! --src-type " : " --src-type ") + sourceType.text;
  if (destinationType) out += (destinationType.negated ? " ! --dst-type " : " --dst-type ") + destinationType.text;
  return rest ? out + printTokens(rest) : out;
}

function shape(
  sourceType: NegatableText | undefined,
  destinationType: NegatableText | undefined,
  rest: readonly string[] | undefined,
): Addrtype {
  return {
    kind: "addrtype",
    ...(sourceType && { sourceType }),
    ...(destinationType && { destinationType }),
    ...(rest && { rest }),
  };
}

function textOf(option: Option | undefined): NegatableText | undefined {
  return option && { text: option.values[0]!, ...(option.negated && { negated: true }) };
}

function sorted(types: NegatableText | undefined): NegatableText | undefined {
  if (!types) return undefined;
  const names = types.text.toUpperCase().split(",");
  return { ...types, text: [...new Set(names)].sort((a, b) => TYPES.indexOf(a) - TYPES.indexOf(b)).join(",") };
}
