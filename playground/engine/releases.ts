import { NEWEST_MINOR, OLDEST_MINOR } from "../../lib/config/kube-version.js";

/** Every release, newest first. */
export const RELEASES: readonly string[] = Array.from(
  { length: NEWEST_MINOR - OLDEST_MINOR + 1 },
  (_, i) => `1.${NEWEST_MINOR - i}`,
);
