/** Entries of sets for frontends that should not be there and that no virtual server tells of. */
import { serviceOfLabel } from "./attribute-stale.js";
import type { MatchedServers } from "./match-virtual-servers.js";
import { ADDRESS_ROLES, nodePortProtocol, setRole, type SetRole } from "./set-roles.js";
import type { ExpectedIPVS, SetDifference } from "./types.js";
import type { Change } from "../types.js";
import { joinHostPort } from "../../net/ip.js";
import type { IPSetEntry } from "../../rulesets/ipvs/types.js";

/** A frontend as sets know it. */
interface EntryFrontend {
  /** What virtual servers are looked up by: "tcp 10.96.0.1 443", or "tcp 30080" for a node port. */
  readonly key: string;
  readonly protocol: string;
  /** "10.96.0.1:443" or "*:30080". */
  readonly text: string;
}

/** The frontend that an entry stands for; undefined for sets that are not about frontends. */
export function frontendOfEntry(setName: string, entry: string): EntryFrontend | undefined {
  const role = setRole(setName);
  if (role === "health-check") return { key: `health ${entry}`, protocol: "tcp", text: `*:${entry}` };
  const isPort = nodePortProtocol(setName);
  if ((role === "node-port" || role === "node-port-local") && isPort)
    return { key: `${isPort} ${entry}`, protocol: isPort, text: `*:${entry}` };
  if (!role || !(ADDRESS_ROLES.has(role) || FRONTEND_ROLES.has(role))) return undefined;
  const [address = "", port = ""] = entry.split(",");
  const colon = port.indexOf(":");
  const number = port.slice(colon + 1);
  const protocol = port.slice(0, colon);
  return { key: `${protocol} ${address} ${number}`, protocol, text: joinHostPort(address, Number(number)) };
}

const FRONTEND_ROLES: ReadonlySet<SetRole> = new Set([
  "firewall",
  "source-cidr",
  "source-ip",
  "node-port",
  "node-port-local",
]);

/** Keys of frontends by the service ports that own them: virtual servers, node ports by number, health checks. */
export function ownersOfFrontends({ state, nodePorts }: ExpectedIPVS): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { protocol, address, port, origin } of state.virtualServers) {
    if (!origin) continue;
    owners.set(`${protocol} ${address} ${port}`, origin.label);
  }
  for (const { protocol, port, label } of nodePorts) owners.set(`${protocol} ${port}`, label);
  return owners;
}

/**
 * One change for each frontend that only sets know: of no expected service port, and of no virtual server on the node.
 * Without a listing of virtual servers an entry for a cluster IP is the sign of a whole service port.
 */
export function compareStaleEntries(
  owners: ReadonlyMap<string, string>,
  matched: MatchedServers | undefined,
  differences: readonly SetDifference[],
): Change[] {
  if (differences.every(({ stale }) => stale.length === 0)) return [];
  const heldKeys = new Set<string>();
  for (const { protocol, address, port } of matched?.held.values() ?? []) {
    heldKeys.add(`${protocol} ${address} ${port}`);
    heldKeys.add(`${protocol} ${port}`);
  }
  const found = new Map<string, { frontend: EntryFrontend; entries: { set: string; entry: IPSetEntry }[] }>();
  for (const { set, stale } of differences)
    for (const entry of stale) {
      const frontend = frontendOfEntry(set.name, entry.text);
      if (!frontend || owners.has(frontend.key) || heldKeys.has(frontend.key)) continue;
      const group = found.get(frontend.key);
      if (group) group.entries.push({ set: set.name, entry });
      else found.set(frontend.key, { frontend, entries: [{ set: set.name, entry }] });
    }
  const services = matched ? undefined : servicesByAddress(owners);
  return Array.from(found.values(), ({ frontend, entries }): Change => {
    const isPort = !matched && entries.some(({ set }) => setRole(set) === "cluster-ip");
    const service = services?.get(frontend.text.slice(0, frontend.text.lastIndexOf(":")));
    const at = entries.find(({ entry }) => entry.at)?.entry.at;
    return {
      kind: isPort ? "service-port-stale" : "frontend-stale",
      severity: isPort || !matched ? "error" : "warning",
      ...(service !== undefined && { service }),
      protocol: frontend.protocol.toUpperCase(),
      frontend: frontend.text,
      ...(entries.length === 1 && { chain: entries[0]!.set }),
      message: `${frontend.text} is no ${frontend.key.startsWith("health") ? "health-check port" : "frontend"} of any service, but stands in ${entries
        .map(({ set }) => set)
        .join(", ")}`,
      expected: [],
      actual: entries.map(({ set, entry }) => `add ${set} ${entry.text}`),
      ...(at && { at }),
    };
  });
}

/** The service of each address that only one has; by address as it stands in front of a port. */
function servicesByAddress(owners: ReadonlyMap<string, string>): Map<string, string> {
  const services = new Map<string, string>();
  const shared = new Set<string>();
  for (const [key, label] of owners) {
    const [, address = "", port] = key.split(" ");
    if (port === undefined) continue;
    const text = address.includes(":") ? `[${address}]` : address;
    const service = serviceOfLabel(label);
    if ((services.get(text) ?? service) !== service) shared.add(text);
    services.set(text, service);
  }
  for (const text of shared) services.delete(text);
  return services;
}
