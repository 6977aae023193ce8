/** What changes at the frontends of one unit on nodes that are alike. */
import { ROLE_WORDS, type FrontendRole } from "../explain/frontends.js";
import type { EndpointSlice } from "../kube/types.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import { joinHostPort } from "../net/ip.js";
import { SHARE_TOLERANCE } from "../trace/index.js";
import { classify, forwarded } from "./classify.js";
import type { FoundChange, FrontendName } from "./collect-changes.js";
import type { Comparison } from "./compare-unit.js";
import { isOfNode } from "./destinations.js";
import { moveOf, type EndpointPlace, type MoveContext } from "./move-of.js";
import type { ClientOutcomes, Destination, Side, Sides, UnitOnNode } from "./types.js";
import type { Unit } from "./units.js";
import { affinityWords, moveWords, sideWords } from "./words.js";

/** Something whose outcome is not known. */
export interface Undecided {
  readonly frontend: FrontendName;
  readonly reason: string;
}

export interface UnitChanges {
  readonly found: readonly FoundChange[];
  readonly undecided: readonly Undecided[];
}

/** All changes, client by client, in the order of frontends. */
export function unitChanges(
  names: Unit,
  unit: UnitOnNode,
  { destinations, outcomes }: Comparison,
  sides: Sides,
): UnitChanges {
  const found: FoundChange[] = [];
  const undecided: Undecided[] = [];
  const placeBefore = placesOf(names, sides.before);
  const placeAfter = placesOf(names, sides.after);
  for (const one of outcomes) {
    const destination = destinations[one.destination]!;
    const { client, before, after } = one;
    const kinds = classify(before, after);
    if (kinds === "unknown") {
      undecided.push({ frontend: nameOf(destination, unit.family), reason: reasonOf(one) });
      continue;
    }
    for (const kind of kinds) {
      const isMove = kind === "moved";
      const move = isMove
        ? moveOf(before, after, { ...restrictions(destination), ...ownPlace(unit), placeBefore, placeAfter })
        : undefined;
      const beforeText = sideWords(destination, "before", before, kind);
      const afterText = sideWords(destination, "after", after, kind);
      found.push({
        kind,
        frontend: nameOf(destination, unit.family),
        client,
        beforeText,
        afterText: move ? `${afterText}: ${moveWords(move)}` : afterText,
        before,
        after,
        ...(move && { move }),
      });
    }
    const affinity = affinityChange(destination, one);
    if (affinity) found.push({ ...affinity, frontend: nameOf(destination, unit.family) });
    if (one.again) {
      const { before: beforeText, after: afterText } = one.again;
      found.push({
        kind: "identity",
        frontend: nameOf(destination, unit.family),
        client,
        beforeText,
        afterText,
        before,
        after,
      });
    }
  }
  return { found, undecided };
}

function reasonOf({ before, after }: ClientOutcomes): string {
  for (const { outcome } of [...before, ...after]) if (outcome.kind === "unknown") return outcome.reason;
  return "";
}

function affinityChange(
  { before: a, after: b, role }: Destination,
  { client, before, after }: ClientOutcomes,
): Omit<FoundChange, "frontend"> | undefined {
  if (!a || !b || role === "health-check" || a.port.affinitySeconds === b.port.affinitySeconds) return undefined;
  if (forwarded(before) < SHARE_TOLERANCE || forwarded(after) < SHARE_TOLERANCE) return undefined;
  const [beforeText, afterText] = [affinityWords(a.port.affinitySeconds), affinityWords(b.port.affinitySeconds)];
  return { kind: "identity", client, beforeText, afterText, before, after };
}

/** "node port 30080", of the Service that has it after, else before. */
export function nameOf(
  { role, address, number, protocol, before, after }: Destination,
  family: "IPv4" | "IPv6",
): FrontendName {
  const { port } = (after ?? before)!;
  return {
    service: `${port.namespace}/${port.service}`,
    servicePort: port.name,
    protocol,
    family,
    role,
    ...(!isOfNode(role) && { address }),
    number,
    frontend: frontendWords({ role, address, number, port }),
  };
}

function frontendWords({
  role,
  address,
  number,
  port,
}: Pick<Destination, "role" | "address" | "number"> & { readonly port: { readonly clusterIP: string } }): string {
  switch (role) {
    case "health-check":
      return `health-check port ${number}`;
    case "node-port":
      return `node port ${number}`;
    case "other-address":
      return `node port ${number} on another address of the node`;
    case "loopback":
      return `node port ${number} on loopback`;
    case "unused-port":
      return `unused ports of cluster IP ${port.clusterIP}`;
    default:
      return `${ROLE_WORDS[role satisfies FrontendRole]} ${joinHostPort(address, number)}`;
  }
}

/** Whether some ready endpoints take no part at the destination. */
function restrictions({ before, after }: Destination): Pick<MoveContext, "restrictedBefore" | "restrictedAfter"> {
  const isRestricted = (own: Destination["before"]) => {
    if (!own) return false;
    const ready = own.endpoints.all.filter((one) => one.ready).length;
    return own.endpoints.cluster.length < ready || (own.port.usesLocalEndpoints && own.endpoints.local.length < ready);
  };
  return { restrictedBefore: isRestricted(before), restrictedAfter: isRestricted(after) };
}

function ownPlace({ node, after }: UnitOnNode): { readonly node: string; readonly zone: string } {
  return { node, zone: after.input.node.zone };
}

/** Where endpoints are, worked out when it is first asked. */
function placesOf(names: Unit, side: Side): (target: string) => EndpointPlace {
  let places: Map<string, EndpointPlace> | undefined;
  return (target) => {
    if (!places) {
      places = new Map();
      for (const name of names) {
        const service = side.services.get(name);
        if (service) for (const slice of side.slicesOf(service)) addPlaces(places, slice, side);
      }
    }
    const address = target.slice(0, target.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    return places.get(address) ?? { node: "", zone: "" };
  };
}

function addPlaces(places: Map<string, EndpointPlace>, slice: EndpointSlice, side: Side): void {
  for (const { addresses, nodeName = "", zone } of sliceEndpoints(slice)) {
    const address = addresses[0];
    if (address === undefined) continue;
    const own = nodeName === "" ? "" : (side.inputFor(nodeName, "IPv4")?.node.zone ?? "");
    places.set(address, { node: nodeName, zone: zone ?? own });
  }
}
