/** What a node in IPVS mode was not asked, and about which service ports. */
import { familyOfIP } from "../../net/ip.js";
import { ALL_COVERED, wholeGap, type Uncovered } from "../coverage.js";
import { DEVICE } from "./compare-bound-addresses.js";
import type { ExpectedIPVS, IPVSCapture } from "./types.js";

export const REFINING: readonly (readonly [part: "sets" | "interfaces" | "tables", words: string])[] = [
  ["sets", "ip sets (ipset save)"],
  ["interfaces", `addresses of ${DEVICE} (ip addr show)`],
  ["tables", "iptables rules (iptables-save)"],
];

/** Virtual servers decide about every service port; the other listings refine the answer. */
export function findUncovered(expected: ExpectedIPVS, capture: IPVSCapture): Uncovered {
  const { family: own } = expected.state;
  const isOwn = ({ family }: { readonly family: string }) => family === "unknown" || family === own;
  const notGiven = REFINING.flatMap(([part, words]) => {
    if (capture.disagreeing?.has(part)) return [`${words}: two listings that are not the same`];
    if (part === "tables" && own === "IPv6" && !capture.tables?.some(isOwn))
      return ["IPv6 iptables rules (ip6tables-save)"];
    if (part === "tables" ? capture.tables?.some(isOwn) : capture[part]) return [];
    return part !== "tables" && capture.cut?.has(part) ? [`${words}: the listing breaks off`] : [words];
  });
  for (const { name, complete, family } of capture.tables ?? [])
    if (!complete && isOwn({ family })) notGiven.push(`the end of table ${name ?? "of unknown name"} (iptables-save)`);
  if (capture.cut?.has("virtualServers")) {
    const message = "the listing of virtual servers breaks off: run ipvsadm-save -n, or ipvsadm -Ln, again";
    return { gaps: [wholeGap("capture-incomplete", message)], notGiven };
  }
  if (capture.disagreeing?.has("virtualServers")) {
    const message = "two listings of virtual servers are not the same: give one";
    return { gaps: [wholeGap("captures-disagree", message)], notGiven };
  }
  if (!capture.virtualServers) {
    const message = "the virtual servers were not given: run ipvsadm-save -n, or ipvsadm -Ln";
    return { gaps: [wholeGap("listing-missing", message)], notGiven };
  }
  if (holdsNothing(expected, capture) && !isOwnMode(expected, capture)) {
    const message =
      "the listing holds no virtual server, and nothing else shows that kube-proxy runs in mode ipvs here: " +
      "run ipvsadm-save -n as root, with ipset save and ip addr show";
    return { gaps: [wholeGap("listing-missing", message)], notGiven };
  }
  return { ...ALL_COVERED, notGiven };
}

/** Whether virtual servers are wanted and none of the family is listed. */
export function holdsNothing({ state }: ExpectedIPVS, { virtualServers = [] }: IPVSCapture): boolean {
  return state.virtualServers.length > 0 && !virtualServers.some(({ address }) => familyOfIP(address) === state.family);
}

/** Whether other listings show that kube-proxy runs in mode ipvs: addresses on kube-ipvs0, or its own sets. */
export function isOwnMode({ state }: ExpectedIPVS, { interfaces, sets }: IPVSCapture): boolean {
  const own = new Set(state.sets.map(({ name }) => name));
  return (
    (interfaces ?? []).some(
      ({ name, addresses }) => name === DEVICE && addresses.some(({ address }) => familyOfIP(address) === state.family),
    ) || (sets ?? []).some(({ name, entries }) => own.has(name) && entries.length > 0)
  );
}
