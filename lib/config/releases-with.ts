/** The releases that share features: what rules read from a node tell of its kube-proxy. */
import { featuresOf, type Features } from "./features.js";
import { RELEASE_ROWS } from "./feature-rows.js";
import { minorsOf, type KubeVersion } from "./kube-version.js";

export interface ReleasesWith {
  /** The newest minor of which the newest patch has the features, e.g. "1.35". */
  readonly newest: string;
  /** From the first to the last, e.g. "1.33.6 to 1.35". */
  readonly words: string;
}

/** Where features may change: each minor that the mode is compiled for, and the patches that have a row. */
function turningPoints(mode: string): KubeVersion[] {
  return minorsOf(mode).flatMap((minor) =>
    [0, ...RELEASE_ROWS.flatMap((row) => (row.minor === minor && row.patch ? [row.patch] : []))].map((patch) => ({
      minor,
      patch,
      text: patch === 0 ? `1.${minor}` : `1.${minor}.${patch}`,
    })),
  );
}

/** The releases in which every feature given has the value given; undefined when there is none. */
export function releasesWith(wanted: Partial<Features>, mode = "nftables"): ReleasesWith | undefined {
  const entries = Object.entries(wanted) as [keyof Features, boolean | undefined][];
  const fits = (version: KubeVersion) => {
    const features = featuresOf(version);
    return entries.every(([name, value]) => value === undefined || features[name] === value);
  };
  const points = turningPoints(mode);
  const first = points.find(fits);
  const last = points.findLastIndex(fits);
  const newest = minorsOf(mode).findLast((minor) => fits({ minor, text: "" }));
  if (!first || newest === undefined) return undefined;
  const next = points[last + 1];
  const end =
    next?.patch && next.minor === points[last]!.minor
      ? `1.${next.minor}.${next.patch - 1}`
      : `1.${points[last]!.minor}`;
  return { newest: `1.${newest}`, words: first.text === end ? end : `${first.text} to ${end}` };
}
