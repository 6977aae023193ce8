/** What becomes of packets on one side, in words that hold for every Service it happens to. */
import type { ServicePortWithEndpoints } from "../backends/input.js";
import { outcomeWords, type NameTargets } from "../explain/outcome-words.js";
import { percent, plural } from "../explain/word-context.js";
import type { ImpactMove } from "../results/impact-report.js";
import type { OutcomeChange } from "./classify.js";
import { HEALTHY } from "./compare-unit.js";
import type { Destination, Share } from "./types.js";

/** Calls sets of endpoints by what they are. */
function namerOf(own: ServicePortWithEndpoints | undefined): NameTargets {
  if (!own) return () => undefined;
  const { all, cluster, local } = own.endpoints;
  const is = (targets: readonly string[], endpoints: readonly { readonly target: string }[]) => {
    const wanted = new Set(targets);
    return endpoints.length === targets.length && endpoints.every(({ target }) => wanted.has(target));
  };
  return (targets) => {
    if (targets.length === 1 && all.length === 1) return "its only endpoint";
    if (targets.length === 1)
      return is(targets, local) ? "the only endpoint on the node" : `one of its ${plural(all.length, "endpoint")}`;
    if (is(targets, cluster))
      return cluster.length === all.length
        ? `all ${all.length} endpoints`
        : `${cluster.length} of ${all.length} endpoints`;
    if (is(targets, local)) return `the ${local.length} endpoints on the node`;
    return `${targets.length} of ${all.length} endpoints`;
  };
}

/** One side of a change; the source address is told where the change is about it. */
export function sideWords(
  { role, ...sides }: Destination,
  side: "before" | "after",
  shares: readonly Share[],
  kind: OutcomeChange,
): string {
  const own = sides[side];
  if (role === "health-check") return healthWords(own, shares);
  const words = outcomeWords({ outcomes: shares }, namerOf(own), kind === "identity");
  return own ? words : `not there: ${words.replace(/^not touched: it/, "it")}`;
}

function healthWords(own: ServicePortWithEndpoints | undefined, [share]: readonly Share[]): string {
  if (!own) return "not there";
  return share?.outcome === HEALTHY ? "answers 200: endpoints on the node" : "answers 503: no endpoint on the node";
}

/** "keeps 2 of 3 endpoints; the busiest gets 50%, before 33.33%; locality lost". */
export function moveWords({ before, after, kept, busiest, locality }: ImpactMove): string {
  const fresh = after - kept;
  const parts = [
    kept === before && fresh === 0
      ? `keeps ${before === 1 ? "its only endpoint" : `all ${before} endpoints`}`
      : `keeps ${kept} of ${plural(before, "endpoint")}${fresh > 0 ? `, ${fresh} new` : ""}`,
  ];
  if (percent(busiest.before) !== percent(busiest.after))
    parts.push(`the busiest gets ${percent(busiest.after)}, before ${percent(busiest.before)}`);
  if (locality === "lost") parts.push("traffic no longer keeps to the node or its zone");
  if (locality === "won") parts.push("traffic now keeps to the node or its zone");
  return parts.join("; ");
}

/** "stays with its endpoint for 10800 s". */
export function affinityWords(seconds: number | undefined): string {
  return seconds === undefined ? "no session affinity" : `a client stays with its endpoint for ${seconds} s`;
}
