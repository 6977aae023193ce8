/** Whether MASQUERADE gets --random-fully, in modes iptables and ipvs. */
import type { BackendInput } from "./input.js";

/** Older releases ask the node's iptables whether it knows the option. */
export function masqueradesRandomly({ features, nodeFeatures }: BackendInput): boolean {
  return features.alwaysRandomFully || nodeFeatures.randomFully;
}
