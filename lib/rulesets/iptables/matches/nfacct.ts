import { quoteForSave } from "../quoting.js";
import type { MatchForm, MatchOf } from "./match-form.js";
import { takeWord, takeWords } from "../word-reader.js";

/** `-m nfacct --nfacct-name X`: counts, never refuses. iptables-save prints two spaces before the name. */
export const nfacct: MatchForm<MatchOf<"nfacct">> = {
  modules: ["nfacct"],
  options: { "--nfacct-name": 1 },
  build(options) {
    const [option] = options;
    if (options.length !== 1 || option?.name !== "--nfacct-name" || option.negated) return undefined;
    return { kind: "nfacct", name: option.values[0]! };
  },
  list: (words) => (takeWords(words, "nfacct-name") ? { kind: "nfacct", name: takeWord(words) } : undefined),
  restore: ({ name }) => " -m nfacct --nfacct-name " + name,
  save: ({ name }) => " -m nfacct --nfacct-name  " + quoteForSave(name),
  normalize: ({ name }) => ({ kind: "nfacct", name }),
};
