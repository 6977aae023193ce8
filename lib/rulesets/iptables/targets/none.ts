import type { TargetForm, TargetOf } from "./target-form.js";

/** A rule without target: it counts packets and nothing else. */
export const none: TargetForm<TargetOf<"none">> = {
  names: [],
  options: {},
  build: () => ({ kind: "none" }),
  restore: () => "",
  save: () => "",
  normalize: (target) => target,
};
