/** Releases as options name them. */
import { NEWEST_MINOR, OLDEST_MINOR, parseKubeVersion } from "../config/kube-version.js";

/** Every release, newest first, down to the oldest. */
export const RELEASES = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => `1.${NEWEST_MINOR - i}`);

export const NEWEST_RELEASE = `1.${NEWEST_MINOR}`;
/** The release before the newest. */
export const RELEASE_BEFORE = `1.${NEWEST_MINOR - 1}`;
/** The releases in words. */
export const RELEASE_RANGE = `1.${OLDEST_MINOR} to ${NEWEST_RELEASE}`;

/** What is wrong with the text as a release; one newer than known is read by the newest known release's rules. */
export function checkRelease(text: string): string | undefined {
  const version = parseKubeVersion(text);
  if (!version) return `not a Kubernetes release; ${RELEASE_RANGE} are known`;
  return version.minor < OLDEST_MINOR ? `not a release that svcrules knows: ${RELEASE_RANGE}` : undefined;
}
