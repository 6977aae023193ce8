/** Kubernetes versions: "1.34", "v1.34.2", "1.33.4-eks-1". */

export interface KubeVersion {
  readonly minor: number;
  /** Undefined: the newest patch of the minor. */
  readonly patch?: number;
  /** "1.34" or "1.34.2". */
  readonly text: string;
}

export const OLDEST_MINOR = 28;
export const NEWEST_MINOR = 36;
/** The first minor compiled for modes ipvs and nftables. */
export const OLDEST_MINOR_OTHER_MODES = 31;

/** Reads a version, with or without "v", patch and vendor suffix; undefined when it is none or not of major 1. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
  const m = /^v?1\.(\d{1,3})(?:\.(\d{1,4}))?(?:[-+.].*)?$/.exec(text.trim());
  if (!m) return undefined;
  const minor = Number(m[1]);
  if (m[2] === undefined) return { minor, text: `1.${minor}` };
  return { minor, patch: Number(m[2]), text: `1.${minor}.${Number(m[2])}` };
}
