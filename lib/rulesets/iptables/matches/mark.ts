import { longHex, parseMark, shortHex } from "../numbers.js";
import type { MatchForm, MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

type MarkMatch = MatchOf<"mark">;

const OPTIONS = { "--mark": 1 };

/** `-m mark --mark VALUE/MASK`. */
export const mark: MatchForm<MarkMatch> = {
  modules: ["mark"],
  options: OPTIONS,
  build(options) {
    const [option] = options;
    if (options.length !== 1 || option?.name !== "--mark") return undefined;
    return read(option.values[0]!, option.negated);
  },
  list(words) {
    if (!takeWords(words, "mark", "match")) return undefined;
    const negated = takeWords(words, "!");
    return read(takeWord(words), negated);
  },
  restore: ({ value, mask, negated }) =>
    (negated ? " -m mark ! --mark " : " -m mark --mark ") + longHex(value) + "/" + longHex(mask),
  save: ({ value, mask, negated }) =>
    (negated ? " -m mark ! --mark " : " -m mark --mark ") +
    shortHex(value) +
    (mask === 0xffffffff ? "" : "/" + shortHex(mask)),
  normalize: ({ value, mask, negated }) => shape(value, mask, negated),
};

function read(text: string, negated: boolean): MarkMatch | undefined {
  const parsed = parseMark(text);
  return parsed && shape(parsed.value, parsed.mask, negated);
}

function shape(value: number, mask: number, negated: boolean | undefined): MarkMatch {
  return { kind: "mark", value, mask, ...(negated && { negated }) };
}
