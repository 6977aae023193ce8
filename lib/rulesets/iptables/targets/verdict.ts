import type { TargetForm, TargetOf } from "./target-form.js";

type Verdict = TargetOf<"accept">;

const NAMES = { accept: "ACCEPT", drop: "DROP", return: "RETURN" } as const;
const KINDS = { ACCEPT: "accept", DROP: "drop", RETURN: "return" } as const;

/** `-j ACCEPT`, `-j DROP`, `-j RETURN`. */
export const verdict: TargetForm<Verdict> = {
  names: Object.values(NAMES),
  options: {},
  build: (options, name) => (options.length === 0 ? { kind: KINDS[name as keyof typeof KINDS] } : undefined),
  list: (_, name) => ({ kind: KINDS[name as keyof typeof KINDS] }),
  restore: ({ kind }) => " -j " + NAMES[kind],
  save: ({ kind }) => " -j " + NAMES[kind],
  normalize: ({ kind }) => ({ kind }),
};
