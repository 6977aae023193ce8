import type { TargetForm, TargetOf } from "./target-form.js";

/** `-g CHAIN`: to a user-defined chain and not back. */
export const goto: TargetForm<TargetOf<"goto">> = {
  names: [],
  options: {},
  build: (options, chain) => (options.length === 0 ? { kind: "goto", chain } : undefined),
  restore: ({ chain }) => " -g " + chain,
  save: ({ chain }) => " -g " + chain,
  normalize: ({ chain }) => ({ kind: "goto", chain }),
};
