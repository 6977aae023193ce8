/** Parts of a node that were listed more than once, where the listings do not say the same. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { familyOfIP, type IPFamily } from "../../net/ip.js";
import { capturesDisagree } from "../../rulesets/captures-disagree.js";
import type { Listing } from "../../rulesets/ipvs/find-listings.js";
import type { IPSet, NetworkInterface, VirtualServer } from "../../rulesets/ipvs/types.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";
import { DEVICE } from "./compare-bound-addresses.js";
import { diffIpvsCaptures } from "./compare-captures.js";
import type { IPVSCapture, IPVSPart } from "./types.js";

/** What one listing says. */
export type ListedPart = Pick<Listing, "file" | "firstLine"> &
  (
    | { readonly part: "virtualServers"; readonly items: readonly VirtualServer[] }
    | { readonly part: "sets"; readonly items: readonly IPSet[] }
    | { readonly part: "interfaces"; readonly items: readonly NetworkInterface[] }
  );

const WORDS = { virtualServers: "virtual servers", sets: "ip sets", interfaces: `addresses of ${DEVICE}` } as const;

export interface Disagreements {
  readonly parts: ReadonlySet<IPVSPart>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares each listing with the first one of its part that lists some of the same things. */
export function findDisagreements(listed: readonly ListedPart[]): Disagreements {
  const parts = new Set<IPVSPart>();
  const diagnostics: Diagnostic[] = [];
  for (const [i, own] of listed.entries()) {
    const earlier = listed.slice(0, i).find((other) => other.part === own.part && disagree(other, own));
    if (!earlier || parts.has(own.part)) continue;
    parts.add(own.part);
    const [at, before] = [own, earlier].map(({ file, firstLine }) => ({ file, line: firstLine }));
    diagnostics.push(capturesDisagree(WORDS[own.part], at!, before!));
  }
  return { parts, diagnostics };
}

function disagree(a: ListedPart, b: ListedPart): boolean {
  const keys = [a, b].map((own) => new Set(own.items.map(keyOf)));
  const shared = (own: ListedPart) => own.items.filter((item) => keys.every((set) => set.has(keyOf(item))));
  if (shared(a).length === 0) return false;
  // Each lists all that the node has, so one that lists more is of another node or time; `ipvsadm -Ln -t` is refused anyway.
  const areWhole = a.part === "virtualServers";
  if (areWhole && shared(a).length < Math.max(...keys.map(({ size }) => size))) return true;
  const [before, after] = [a, b].map((own): IPVSCapture => ({ virtualServers: [], [own.part]: shared(own) }));
  return FAMILIES.some(
    (family) => listBoth(family, before!, after!) && diffIpvsCaptures(before!, after!, family).changes.length > 0,
  );
}

const FAMILIES = ["IPv4", "IPv6"] as const;

/** False where ip -4 addr made one and ip -6 addr the other. */
function listBoth(family: IPFamily, ...captures: readonly IPVSCapture[]): boolean {
  return captures.every(
    ({ interfaces }) =>
      !interfaces || interfaces.some((own) => own.addresses.some(({ address }) => familyOfIP(address) === family)),
  );
}

/** Sets and interfaces have names; of a listing without members nothing is known. */
function keyOf(item: VirtualServer | IPSet | NetworkInterface): string {
  if ("realServers" in item) return virtualServerKey(item);
  return "membersListed" in item && item.membersListed === false ? `${item.name}, not listed` : item.name;
}
