/** Listings that end without an end of line, in text that may be whole or the beginning of more. */
import { boundAddresses } from "./compare-bound-addresses.js";
import { matchVirtualServers } from "./match-virtual-servers.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";
import type { ExpectedIPVS, IPVSCapture } from "./types.js";
import { canonicalEntry } from "../../rulesets/ipvs/canonical-entry.js";

/** The capture without listings that end so and lack what is wanted: they are taken for cut, not for drift. */
export function withoutOpenEnds(expected: ExpectedIPVS, capture: IPVSCapture): IPVSCapture {
  const lacking: ("sets" | "virtualServers" | "interfaces")[] = [
    ...(lacksEntries(expected, capture) ? (["sets"] as const) : []),
    ...(capture.open?.has("virtualServers") && lacksServers(expected, capture) ? (["virtualServers"] as const) : []),
  ];
  if (capture.open?.has("interfaces") && lacksAddresses(expected, capture)) lacking.push("interfaces");
  if (lacking.length === 0) return capture;
  const kept = { ...capture, cut: new Set([...(capture.cut ?? []), ...lacking]) };
  for (const part of lacking) delete kept[part];
  return kept;
}

/**
 * Whether a listing of sets ends in an entry that nobody wants and that a wanted, missing one begins with
 * ("10.96.0.1,tcp:4" of "10.96.0.1,tcp:443"), or sets that kube-proxy always makes should follow.
 */
function lacksEntries({ state }: ExpectedIPVS, { sets }: IPVSCapture): boolean {
  const names = new Set(sets?.map(({ name }) => name));
  return (sets ?? []).some(({ name, entries, isOpen }) => {
    const last = entries.at(-1);
    if ((isOpen || last?.isOpen) && state.sets.some((set) => !names.has(set.name))) return true;
    if (!last?.isOpen) return false;
    const held = new Set(entries.map(({ text }) => text));
    const wanted = state.sets.find((set) => set.name === name)?.entries.map(({ text }) => canonicalEntry(text)) ?? [];
    return !wanted.includes(last.text) && wanted.some((text) => text.startsWith(last.text) && !held.has(text));
  });
}

function lacksServers(expected: ExpectedIPVS, { virtualServers = [] }: IPVSCapture): boolean {
  const { missing, differing, held } = matchVirtualServers(expected, virtualServers);
  return (
    missing.length > 0 ||
    differing.some((wanted) => held.get(virtualServerKey(wanted))!.realServers.length < wanted.realServers.length)
  );
}

function lacksAddresses(expected: ExpectedIPVS, { interfaces = [] }: IPVSCapture): boolean {
  const bound = boundAddresses(interfaces, expected);
  return bound !== undefined && expected.state.addresses.some(({ address }) => !bound.has(address));
}
