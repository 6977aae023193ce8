/** Kubernetes versions: "1.34", "v1.34.2", "1.33.4-eks-1". */
import { FIRST_RELEASE, OTHER_MODES_SINCE, RELEASE_ROWS } from "./feature-rows.js";

export interface KubeVersion {
  readonly minor: number;
  /** Undefined: the newest patch of the minor. */
  readonly patch?: number;
  /** "1.34" or "1.34.2". */
  readonly text: string;
}

export const OLDEST_MINOR = FIRST_RELEASE.minor;
export const NEWEST_MINOR = RELEASE_ROWS.at(-1)!.minor;
/** The first minor compiled for modes ipvs and nftables. */
export const OLDEST_MINOR_OTHER_MODES = OTHER_MODES_SINCE;

/** The releases known, in words, from the oldest to the newest. */
export const RELEASE_RANGE = rangeText(OLDEST_MINOR);

/** The first minor that a mode is compiled for. */
export function oldestMinor(mode: string): number {
  return mode === "iptables" ? OLDEST_MINOR : OLDEST_MINOR_OTHER_MODES;
}

/** In words, from a first minor to the newest. */
export function rangeText(oldest: number): string {
  return `1.${oldest} to 1.${NEWEST_MINOR}`;
}

/** Every minor that a mode is compiled for, oldest first. */
export function minorsOf(mode: string): number[] {
  const oldest = oldestMinor(mode);
  return Array.from({ length: NEWEST_MINOR - oldest + 1 }, (_, i) => oldest + i);
}

/** Reads a version, with or without "v", patch and vendor suffix; undefined when it is none or not of major 1. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
  const m = /^v?1\.(\d{1,3})(?:\.(\d{1,4}))?(?:[-+.].*)?$/.exec(text.trim());
  if (!m) return undefined;
  const minor = Number(m[1]);
  if (m[2] === undefined) return { minor, text: `1.${minor}` };
  return { minor, patch: Number(m[2]), text: `1.${minor}.${Number(m[2])}` };
}
