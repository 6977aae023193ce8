/** What changed on a node in IPVS mode between two captures. No listing names Services, so frontends are told. */
import { familyOfIP, joinHostPort, type IPFamily } from "../../net/ip.js";
import { isCutChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { normalizeRule } from "../../rulesets/iptables/normalize.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import { canonicalEntry } from "../../rulesets/ipvs/canonical-entry.js";
import { ipvsadmLines, realServerAttributes, serviceAttributes, serviceOption } from "../../rulesets/ipvs/print.js";
import type { IPSet, RealServer, VirtualServer } from "../../rulesets/ipvs/types.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";
import { wholeGap, type Uncovered } from "../coverage.js";
import { orderChanges } from "../order-changes.js";
import type { Change } from "../types.js";
import { DEVICE } from "./compare-bound-addresses.js";
import { REFINING } from "./find-uncovered.js";
import { foreignTurns } from "./foreign-turns.js";
import { tablesShown, type ShownTables } from "./shown-tables.js";
import type { IPVSCapture } from "./types.js";

export interface IPVSCapturesDiff {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  readonly uncovered: Uncovered;
}

/** Virtual servers decide; what one of the captures lacks of the other listings is not given. */
export function diffIpvsCaptures(before: IPVSCapture, after: IPVSCapture, family: IPFamily): IPVSCapturesDiff {
  const sides = [
    ["before", before],
    ["after", after],
  ] as const;
  const gaps = sides.flatMap(([when, { virtualServers }]) =>
    virtualServers
      ? []
      : [wholeGap("listing-missing", `no virtual servers were given of ${when}: run ipvsadm-save -n`)],
  );
  const notGiven = sides.flatMap(([when, capture]) =>
    REFINING.flatMap(([part, words]) => (capture[part] ? [] : [`${when}: ${words}`])),
  );
  const shown = tablesShown(before, after, family);
  const changes = [
    ...compareServers(serversOf(before, family), serversOf(after, family)),
    ...compareLists(entriesBySet(before, family), entriesBySet(after, family), "the entries of set"),
    ...compareLists(boundAddresses(before, family), boundAddresses(after, family), "the addresses of"),
    ...compareLists(rulesByChain(shown, "before", family), rulesByChain(shown, "after", family), "the rules of chain"),
  ];
  if (gaps.length > 0) return { changes: [], assumptions: [], uncovered: { gaps, notGiven } };
  const turns = foreignTurns(before, after, { shown, family });
  return {
    changes: orderChanges([...changes, ...turns.changes]),
    assumptions: turns.assumptions,
    uncovered: { gaps, notGiven: [...notGiven, ...turns.notGiven] },
  };
}

function serversOf({ virtualServers = [] }: IPVSCapture, family: IPFamily): ReadonlyMap<string, VirtualServer> {
  const own = virtualServers.filter(({ address }) => familyOfIP(address) === family);
  return new Map(own.map((server) => [virtualServerKey(server), server]));
}

function compareServers(
  before: ReadonlyMap<string, VirtualServer>,
  after: ReadonlyMap<string, VirtualServer>,
): Change[] {
  const gone = [...before.values()].filter((server) => !after.has(virtualServerKey(server)));
  return [
    ...gone.map((server) => changeOf(server, { kind: "frontend-missing", expected: [...ipvsadmLines([server])] })),
    ...[...after.values()].flatMap((server) => {
      const earlier = before.get(virtualServerKey(server));
      return earlier
        ? compareServer(earlier, server)
        : [changeOf(server, { kind: "frontend-stale", actual: [...ipvsadmLines([server])] })];
    }),
  ];
}

function compareServer(before: VirtualServer, after: VirtualServer): Change[] {
  const changes: Change[] = [];
  const fieldsNotListed = new Set([...(before.fieldsNotListed ?? []), ...(after.fieldsNotListed ?? [])]);
  const head = (server: VirtualServer) => `-A ${serviceOption(server)}${serviceAttributes(server)}`;
  if (!fieldsNotListed.has("attributes") && head(before) !== head(after))
    changes.push(changeOf(after, { kind: "scheduler-changed", expected: [head(before)], actual: [head(after)] }));
  const line = (real: RealServer) => {
    const told = {
      ...real,
      ...(fieldsNotListed.has("weight") && { weight: 1 }),
      ...(fieldsNotListed.has("forwarding") && MASQUERADE),
    };
    return `-a ${serviceOption(after)}${realServerAttributes(told)}`;
  };
  const held = new Map(before.realServers.map((real) => [endpointOf(real), line(real)]));
  const now = new Map(after.realServers.map((real) => [endpointOf(real), line(real)]));
  for (const [endpoint, text] of held)
    if (!now.has(endpoint)) changes.push(changeOf(after, { kind: "endpoint-missing", endpoint, expected: [text] }));
  for (const [endpoint, text] of now) {
    const earlier = held.get(endpoint);
    if (earlier === undefined) changes.push(changeOf(after, { kind: "endpoint-stale", endpoint, actual: [text] }));
    else if (earlier !== text)
      changes.push(changeOf(after, { kind: "weight-changed", endpoint, expected: [earlier], actual: [text] }));
  }
  return changes;
}

const MASQUERADE = { forwarding: "masquerade" } as const;

function endpointOf({ address, port }: RealServer): string {
  return joinHostPort(address, port);
}

function changeOf(
  server: VirtualServer,
  fields: Pick<Change, "kind"> & Partial<Pick<Change, "endpoint" | "expected" | "actual">>,
): Change {
  const { address, port, protocol, at } = server;
  const frontend = joinHostPort(address, port);
  const message = `${fields.endpoint ?? "the virtual server"} of ${protocol.toUpperCase()} ${frontend}`;
  return {
    severity: "error",
    protocol: protocol.toUpperCase(),
    frontend,
    message,
    expected: [],
    actual: [],
    ...fields,
    ...(at && fields.kind !== "frontend-missing" && { at }),
  };
}

/** Undefined for a listing that was not given. */
type Lists = ReadonlyMap<string, readonly string[]> | undefined;

/** One change for each list that differs. */
function compareLists(earlier: Lists, later: Lists, words: string): Change[] {
  if (!earlier || !later) return [];
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((chain): Change[] => {
    const was = earlier.get(chain) ?? [];
    const is = later.get(chain) ?? [];
    if (was.join("\n") === is.join("\n")) return [];
    const [before, after] = [new Set(was), new Set(is)];
    const expected = was.filter((text) => !after.has(text));
    const actual = is.filter((text) => !before.has(text));
    const isOrder = expected.length + actual.length === 0;
    const texts = isOrder ? { expected: was, actual: is } : { expected, actual };
    return [{ kind: "base-chain-changed", severity: "error", chain, message: `${words} ${chain}`, ...texts }];
  });
}

function entriesBySet({ sets }: IPVSCapture, family: IPFamily): Lists {
  if (!sets) return undefined;
  const own = sets.filter((set) => set.name.startsWith("KUBE-") && familyOfSet(set) === family);
  return new Map(
    own.map(({ name, entries }) => [name, entries.map(({ text }) => `add ${name} ${canonicalEntry(text)}`).sort()]),
  );
}

function familyOfSet({ name, family }: IPSet): IPFamily {
  if (family !== undefined) return family === "inet6" ? "IPv6" : "IPv4";
  return name.startsWith("KUBE-6-") ? "IPv6" : "IPv4";
}

function boundAddresses({ interfaces }: IPVSCapture, family: IPFamily): Lists {
  const own = interfaces?.find(({ name }) => name === DEVICE)?.addresses ?? [];
  const addresses = own.map(({ address }) => address).filter((address) => familyOfIP(address) === family);
  return interfaces && new Map([[DEVICE, addresses.sort()]]);
}

/** Chains of kube-proxy, and the jumps to them from others. */
function rulesByChain(shown: ShownTables, when: "before" | "after", family: IPFamily): Lists {
  const both = [...shown.before, ...shown.after].filter((table) => isOfFamily(table, family));
  const lists = new Map<string, string[]>();
  for (const table of shown[when].filter((one) => isOfFamily(one, family))) {
    const broken = both.filter(({ name, complete }) => name === table.name && !complete);
    for (const { name, texts } of table.chains.values()) {
      if (broken.some((other) => isCutChain(other, name))) continue;
      const own = name.startsWith("KUBE-") ? texts : texts.filter((text) => / -[jg] KUBE-/.test(text));
      if (own.length > 0)
        lists.set(
          `${name} of table ${table.name ?? "unknown"}`,
          own.map((t) => normal(t, family)),
        );
    }
  }
  return lists;
}

function isOfFamily(table: CapturedTable, family: IPFamily): boolean {
  return table.family === "unknown" || table.family === family;
}

function normal(text: string, family: IPFamily): string {
  const parsed = parseRule(text);
  return "rule" in parsed ? printRuleSave(normalizeRule(parsed.rule, family), family) : text;
}

/** Services without names: one for each address in the set of cluster IPs, else for each address of virtual servers. */
export function servicesHeld({ sets, virtualServers = [] }: IPVSCapture, family: IPFamily): ReadonlySet<string> {
  const clusterIPs = sets?.find(({ name }) => name === (family === "IPv6" ? "KUBE-6-CLUSTER-IP" : "KUBE-CLUSTER-IP"));
  if (clusterIPs) return new Set(clusterIPs.entries.map(({ text }) => text.split(",")[0]!));
  return new Set(virtualServers.flatMap(({ address }) => (familyOfIP(address) === family ? [address] : [])));
}
