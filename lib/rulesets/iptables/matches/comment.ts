import { canStandBare, quoteForRestore, quoteForSave } from "../quoting.js";
import type { MatchForm, MatchOf } from "./match-form.js";

const OPTIONS = { "--comment": 1 };

/** `-m comment --comment "..."`; kube-proxy writes some comments bare. */
export const comment: MatchForm<MatchOf<"comment">> = {
  modules: ["comment"],
  options: OPTIONS,
  build(options) {
    const [option] = options;
    if (options.length !== 1 || option?.name !== "--comment" || option.negated) return undefined;
    return { kind: "comment", text: option.values[0]!, quoted: option.tokens.at(-1)!.startsWith('"') };
  },
  list(words) {
    const start = words.text.indexOf("/* ", words.at);
    if (start < 0 || words.text.slice(words.at, start).trim() !== "") return undefined;
    const end = words.text.indexOf(" */", start + 2);
    if (end < 0) return undefined;
    words.at = end + 3;
    return { kind: "comment", text: words.text.slice(start + 3, end) };
  },
  restore: (match) =>
    match.quoted || !canStandBare(match.text)
      ? " -m comment --comment " + quoteForRestore(match.text)
      : " -m comment --comment " + match.text,
  save: (match) => " -m comment --comment " + quoteForSave(match.text),
  normalize: ({ text }) => ({ kind: "comment", text }),
};
