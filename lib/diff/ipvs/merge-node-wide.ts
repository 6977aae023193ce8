/** One cause, one change: a scheduler that every virtual server of the node has. */
import { serviceOfLabel } from "./attribute-stale.js";
import type { MatchedServers } from "./match-virtual-servers.js";
import type { ExpectedIPVS } from "./types.js";
import type { Change } from "../types.js";
import { listWords } from "../view-words.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";

/**
 * When all virtual servers on the node run one other scheduler than they should, the changes that say so for each
 * service port become one for the node: its kube-proxy was configured otherwise. It is filed under the service with
 * the most ports among those affected (of equals the first by name), and names them all.
 */
export function mergeNodeWideScheduler(
  { state }: ExpectedIPVS,
  { held }: MatchedServers,
  changes: readonly Change[],
): Change[] {
  const own = changes.filter(({ kind }) => kind === "scheduler-changed");
  const pairs = state.virtualServers.flatMap((wanted) => {
    const other = held.get(virtualServerKey(wanted));
    return other && !other.fieldsNotListed?.includes("attributes") ? [{ wanted, other }] : [];
  });
  const first = pairs[0];
  if (own.length < 2 || !first) return [...changes];
  const isNodeWide = pairs.every(
    ({ wanted, other }) => wanted.scheduler !== other.scheduler && other.scheduler === first.other.scheduler,
  );
  if (!isNodeWide) return [...changes];

  const portsOf = new Map<string, Set<string>>();
  for (const { wanted } of pairs) {
    const label = wanted.origin?.label ?? "";
    const service = serviceOfLabel(label);
    const ports = portsOf.get(service);
    if (ports) ports.add(`${label} ${wanted.protocol}`);
    else portsOf.set(service, new Set([`${label} ${wanted.protocol}`]));
  }
  const services = [...portsOf]
    .sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1))
    .map(([service]) => service);
  const merged: Change = {
    kind: "scheduler-changed",
    severity: "warning",
    ...(services[0] !== "" && { service: services[0]! }),
    message:
      `every virtual server of the node runs scheduler ${first.other.scheduler}, not ${first.wanted.scheduler}: ` +
      `its kube-proxy is configured otherwise (${listWords(services)})`,
    expected: own.flatMap(({ expected }) => expected.filter((line) => line.startsWith("-A "))),
    actual: own.flatMap(({ actual }) => actual.filter((line) => line.startsWith("-A "))),
    ...(first.other.at && { at: first.other.at }),
  };
  return [...changes.filter(({ kind }) => kind !== "scheduler-changed"), merged];
}
