import { printTokens } from "../matches/match-form.js";
import type { TargetForm, TargetOf } from "./target-form.js";

/** A target svcrules does not know: its tokens stay as they were written. */
export const unknown: TargetForm<TargetOf<"unknown">> = {
  names: [],
  options: {},
  build: (options, name) => ({ kind: "unknown", name, tokens: options.flatMap((option) => option.tokens) }),
  restore: ({ name, tokens }) => " -j " + name + printTokens(tokens),
  save: ({ name, tokens }) => " -j " + name + printTokens(tokens),
  normalize: (target) => target,
};
