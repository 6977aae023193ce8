import type { TargetForm, TargetOf } from "./target-form.js";

/** `-j CHAIN`: to a user-defined chain and, at its end, back. */
export const jump: TargetForm<TargetOf<"jump">> = {
  names: [],
  options: {},
  build: (options, chain) => (options.length === 0 ? { kind: "jump", chain } : undefined),
  restore: ({ chain }) => " -j " + chain,
  save: ({ chain }) => " -j " + chain,
  normalize: ({ chain }) => ({ kind: "jump", chain }),
};
