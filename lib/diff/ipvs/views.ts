/** Virtual servers and sets as service ports with their frontends, for the comparison that all modes share. */
import { serviceOfLabel, type Attribution } from "./attribute-stale.js";
import type { KnownSet } from "./compare-sets.js";
import { targetOf } from "./match-virtual-servers.js";
import { ADDRESS_ROLES, nodePortProtocol, setRole, type SetRole } from "./set-roles.js";
import type { ExpectedIPVS } from "./types.js";
import type { FrontendKind, FrontendView, ServicePortView } from "../types.js";
import { ipvsadmLines } from "../../rulesets/ipvs/print.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";
import type { IPSetEntry, IPVSProtocol, ObjectOrigin, VirtualServer } from "../../rulesets/ipvs/types.js";

export interface ViewInput {
  readonly expected: ExpectedIPVS;
  /** Undefined when no listing of virtual servers was given. */
  readonly held: ReadonlyMap<string, VirtualServer> | undefined;
  /** Sets whose entries are known, by name. */
  readonly known: ReadonlyMap<string, KnownSet>;
  readonly stale: readonly Attribution[];
}

export interface Views {
  readonly expected: readonly ServicePortView[];
  readonly actual: readonly ServicePortView[];
}

/** "prod/api:https/tcp": the service ports of both sides are paired by it. */
export function portKey(label: string, protocol: IPVSProtocol): string {
  return `${label}/${protocol}`;
}

type OpenViews = Map<string, Omit<ServicePortView, "frontends"> & { readonly frontends: FrontendView[] }>;

type Side = "wanted" | "held";

/** A set's entries on one side, and what the set is for. */
interface SetSide {
  readonly name: string;
  readonly role: SetRole;
  readonly entries: ReadonlyMap<string, IPSetEntry>;
  /** Of sets with a third part in their entries: those parts by "ADDRESS,protocol:PORT". */
  readonly rests: ReadonlyMap<string, readonly string[]>;
}

/**
 * The views of the service ports in `keys`, and of stale virtual servers.
 * What was not given is taken to be as expected. A frontend is there when its virtual server is; where virtual servers
 * were not given, when any of its sets holds it.
 */
export function makeViews(input: ViewInput, keys: ReadonlySet<string>): Views {
  const expected: OpenViews = new Map();
  const actual: OpenViews = new Map();
  const viewIn = (views: OpenViews, origin: ObjectOrigin, protocol: IPVSProtocol) => {
    const key = portKey(origin.label, protocol);
    let view = views.get(key);
    if (!view) views.set(key, (view = { key, ...identityOf(origin.label, protocol), frontends: [] }));
    return view;
  };
  const wantedSets = sidesOf(input, "wanted");
  const heldSets = sidesOf(input, "held");

  for (const server of input.expected.state.virtualServers) {
    const { origin, protocol } = server;
    if (!origin || !keys.has(portKey(origin.label, protocol))) continue;
    const kind = kindOfRole(origin.role);
    viewIn(expected, origin, protocol).frontends.push(frontendOf(kind, server, undefined, wantedSets));
    const view = viewIn(actual, origin, protocol);
    const other = input.held ? input.held.get(virtualServerKey(server)) : server;
    if (!other || (!input.held && !isInSets(kind, server, heldSets, wantedSets))) continue;
    view.frontends.push(frontendOf(kind, other, server, heldSets));
  }
  addHealthChecks(input, { wanted: wantedSets, held: heldSets }, { expected, actual });

  for (const { server, port, service } of input.stale) {
    const kind: FrontendKind = port ? kindOfRole(port.role) : "cluster-ip";
    const frontend = frontendOf(kind, server, undefined, heldSets);
    if (port) viewIn(actual, port, server.protocol).frontends.push(frontend);
    else {
      const key = `${server.protocol.toUpperCase()} ${targetOf(server)}`;
      const protocol = server.protocol.toUpperCase();
      actual.set(key, { key, ...(service !== undefined && { service }), protocol, frontends: [frontend] });
    }
  }
  return { expected: [...expected.values()], actual: [...actual.values()] };
}

function identityOf(label: string, protocol: IPVSProtocol) {
  const service = serviceOfLabel(label);
  return { service, port: label.slice(service.length + 1), protocol: protocol.toUpperCase() };
}

function kindOfRole(role: string | undefined): FrontendKind {
  return role === "external-ip" || role === "load-balancer-ip" || role === "node-port" ? role : "cluster-ip";
}

function sidesOf({ known }: ViewInput, side: Side): SetSide[] {
  return [...known].flatMap(([name, sides]) => {
    const role = setRole(name);
    return role ? [{ name, role, entries: sides[side], rests: restsOf(role, sides[side].keys()) }] : [];
  });
}

function restsOf(role: SetRole, entries: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const rests = new Map<string, string[]>();
  if (role !== "source-cidr" && role !== "source-ip") return rests;
  for (const text of entries) {
    const comma = text.lastIndexOf(",");
    const frontend = text.slice(0, comma);
    const found = rests.get(frontend);
    if (found) found.push(text.slice(comma + 1));
    else rests.set(frontend, [text.slice(comma + 1)]);
  }
  return rests;
}

/** `expected`: what stands for whatever the listing does not tell. */
function frontendOf(
  kind: FrontendKind,
  server: VirtualServer,
  expected: VirtualServer | undefined,
  sets: readonly SetSide[],
): FrontendView {
  const fieldsNotListed = server.fieldsNotListed ?? [];
  const attributes = fieldsNotListed.includes("attributes") && expected ? expected : server;
  const weights = new Map<string, number>();
  for (const realServer of server.realServers)
    weights.set(targetOf(realServer), fieldsNotListed.includes("weight") ? 1 : realServer.weight);
  const receiving = [...weights].filter(([, weight]) => weight > 0);
  const total = receiving.reduce((sum, [, weight]) => sum + weight, 0);
  const ranges = sourceRangesOf(kind, server, sets);
  return {
    kind,
    address: server.address,
    port: server.port,
    verdict: "forward",
    shares: new Map(receiving.map(([target, weight]) => [target, weight / total])),
    weights,
    ...(attributes.persistenceSeconds !== undefined && { affinitySeconds: attributes.persistenceSeconds }),
    masquerade: masqueradeOf(kind, server, sets),
    ...(ranges && { sourceRanges: ranges }),
    scheduler: schedulerText(attributes),
    get evidence() {
      return [...ipvsadmLines([server]), ...setLines(kind, server, sets)];
    },
    ...(server.at && { at: server.at }),
  };
}

/** "mh (mh-port)"; whatever else a virtual server may be told about scheduling stands behind. */
function schedulerText({ scheduler, flags, onePacket }: VirtualServer): string {
  return [scheduler, ...(flags.length > 0 ? [`(${flags.join(",")})`] : []), ...(onePacket ? ["one-packet"] : [])].join(
    " ",
  );
}

/** The entry of a frontend in a set, or undefined for sets that never hold its kind. */
function entryText(
  kind: FrontendKind,
  { protocol, address, port }: VirtualServer,
  { name, role }: SetSide,
): string | undefined {
  const full = `${address},${protocol}:${port}`;
  if (ADDRESS_ROLES.has(role) || role === "firewall") return full;
  if (kind !== "node-port" || (role !== "node-port" && role !== "node-port-local")) return undefined;
  const ofName = nodePortProtocol(name);
  if (ofName === undefined) return protocol === "sctp" ? full : undefined;
  return ofName === protocol ? String(port) : undefined;
}

function isInSets(
  kind: FrontendKind,
  server: VirtualServer,
  held: readonly SetSide[],
  wanted: readonly SetSide[],
): boolean {
  const holds = (set: SetSide) => {
    const text = entryText(kind, server, set);
    return text !== undefined && set.entries.has(text);
  };
  return (
    held.some(holds) ||
    !wanted.some(holds) ||
    held.some((set) => set.role === "bound-addresses" && set.entries.has(server.address))
  );
}

/** The sets that decide about masquerading and hold the frontend, as a text to compare. */
function masqueradeOf(kind: FrontendKind, server: VirtualServer, sets: readonly SetSide[]): string {
  const names = sets.flatMap((set) => {
    const text = set.role === "firewall" ? undefined : entryText(kind, server, set);
    return text !== undefined && set.entries.has(text) ? [set.name] : [];
  });
  return names.length > 0 ? names.join(", ") : "none";
}

/** Allowed sources of a load-balancer address; undefined when no set restricts it. The address itself stands for the node. */
function sourceRangesOf(kind: FrontendKind, server: VirtualServer, sets: readonly SetSide[]): string[] | undefined {
  if (kind !== "load-balancer-ip") return undefined;
  const full = `${server.address},${server.protocol}:${server.port}`;
  if (!sets.some(({ role, entries }) => role === "firewall" && entries.has(full))) return undefined;
  return sets
    .flatMap(({ role, rests }) => {
      const found = rests.get(full) ?? [];
      return role === "source-ip" ? found.map((rest) => (rest === server.address ? "the node" : rest)) : found;
    })
    .sort();
}

/** The lines of the sets that hold the frontend. */
function setLines(kind: FrontendKind, server: VirtualServer, sets: readonly SetSide[]): string[] {
  const full = `${server.address},${server.protocol}:${server.port}`;
  return sets.flatMap((set) => {
    const text = entryText(kind, server, set);
    if (text !== undefined) return set.entries.has(text) ? [`add ${set.name} ${text}`] : [];
    return (set.rests.get(full) ?? []).map((rest) => `add ${set.name} ${full},${rest}`);
  });
}

/**
 * Health-check ports stand in a set only. Where virtual servers were given, one whose service port has none is not
 * told apart.
 */
function addHealthChecks(
  { held }: ViewInput,
  sets: { readonly wanted: readonly SetSide[]; readonly held: readonly SetSide[] },
  views: { readonly expected: OpenViews; readonly actual: OpenViews },
): void {
  const wanted = sets.wanted.find(({ role }) => role === "health-check");
  const present = sets.held.find(({ role }) => role === "health-check");
  if (!wanted || !present) return;
  for (const [text, { origin }] of wanted.entries) {
    const key = (["tcp", "udp", "sctp"] as const)
      .map((protocol) => portKey(origin?.label ?? "", protocol))
      .find((candidate) => views.expected.has(candidate));
    const other = key === undefined ? undefined : views.actual.get(key);
    if (key === undefined || !other || (held && other.frontends.length === 0)) continue;
    const frontend: FrontendView = {
      kind: "health-check",
      port: Number(text),
      verdict: "forward",
      shares: new Map(),
      masquerade: "none",
      evidence: [`add ${wanted.name} ${text}`],
    };
    views.expected.get(key)!.frontends.push(frontend);
    if (present.entries.has(text)) other.frontends.push(frontend);
  }
}
