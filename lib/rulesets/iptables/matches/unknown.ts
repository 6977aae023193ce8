import { printTokens, type MatchForm, type MatchOf } from "./match-form.js";

/** A module svcrules does not know: its tokens stay as they were written, in their place. */
export const unknown: MatchForm<MatchOf<"unknown">> = {
  modules: [],
  options: {},
  build: (options, module) => ({ kind: "unknown", module, tokens: options.flatMap((option) => option.tokens) }),
  restore: ({ module, tokens }) => " -m " + module + printTokens(tokens),
  save: ({ module, tokens }) => " -m " + module + printTokens(tokens),
  normalize: (match) => match,
};
