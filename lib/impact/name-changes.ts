/** DNS names of Services, their ports and pods that change or go, and who still asks for them. */
import { findClusterDNS } from "../dns/cluster-dns.js";
import { lookup, serviceName } from "../dns/lookup.js";
import { portNames } from "../dns/all-records.js";
import { dashed, type ServiceEntry, type ZoneData } from "../dns/zone-data.js";
import { findReferences } from "../doctor/references.js";
import type { ImpactChange } from "../results/impact-report.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice } from "../kube/types.js";
import type { Features } from "../config/features.js";
import { compareText } from "./collect-changes.js";
import type { Side, Sides } from "./types.js";
import { isSameService } from "./units.js";

type NameChange = Omit<ImpactChange, "allowed">;

const TYPES = ["A", "AAAA", "CNAME"] as const;

/** `only`: those Services alone; `features`: of the controllers. */
export function nameChanges(sides: Sides, features: Features, only?: ReadonlySet<string>): NameChange[] {
  const names = [...new Set([...sides.before.services.keys(), ...sides.after.services.keys()])].sort(compareText);
  const asked = names.filter((name) => !only || only.has(name));
  const changed = new Set(asked.filter((name) => !isSameService(name, sides)));
  const withPods = asked.filter((name) => changed.has(name) || haveOtherHostnames(name, sides));
  if (withPods.length === 0) return [];
  const [before, after] = [zoneOf(sides.before, features), zoneOf(sides.after, features)];
  const found = withPods.flatMap((name) => [
    ...(changed.has(name) ? changesOf(name, before, after) : []),
    ...podChanges(name, before, after),
  ]);
  const references = found.some(({ after: words }) => words === GONE) ? referencesIn(sides.after) : [];
  return grouped(found, references);
}

function zoneOf({ cluster }: Side, features: Features): ZoneData {
  return findClusterDNS(cluster, createEndpointResolver(cluster, features), {}).data;
}

interface Found {
  readonly service: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const GONE = "no such name";

/** The Service's own name; where it stays, those of its ports that come or go. */
function changesOf(service: string, before: ZoneData, after: ZoneData): Found[] {
  const [old, now] = entriesOf(service, before, after);
  const entry = old ?? now;
  if (!entry) return [];
  const zones = [before, after].map((data) => {
    const name = serviceName(data.services.get(service.toLowerCase()) ?? entry, data.config.domains[0]!);
    return { name, words: answerWords(data, name) };
  });
  const [a, b] = zones as [(typeof zones)[0], (typeof zones)[0]];
  const isSame = a.words === b.words && a.name === b.name;
  const own = { service, name: (b.words === GONE ? a : b).name.slice(0, -1), before: a.words, after: b.words };
  const hasStayed = a.words !== GONE && b.words !== GONE && a.name === b.name;
  return [...(isSame ? [] : [own]), ...(hasStayed ? portChanges(service, before, after) : [])];
}

function entriesOf(service: string, ...zones: readonly ZoneData[]): (ServiceEntry | undefined)[] {
  return zones.map((data) => data.services.get(service.toLowerCase()));
}

/**
 * Names of ports that come or go ("_http._tcp.web..."). Of a port that itself comes or goes its frontends tell, so of
 * cluster IPs only ports with other names count.
 */
function portChanges(service: string, before: ZoneData, after: ZoneData): Found[] {
  const [old, now] = entriesOf(service, before, after);
  if (!old || !now || old.kind === "external-name" || now.kind === "external-name") return [];
  const there = new Set(portNames(old, before.config.domains[0]!));
  const here = new Set(portNames(now, after.config.domains[0]!));
  const differing = [...there, ...here].filter((name) => !there.has(name) || !here.has(name));
  return differing.sort(compareText).flatMap((name) => {
    const [a, b] = [before, after].map((data) => portWords(data, name)) as [string, string];
    if ((a === GONE) === (b === GONE)) return [];
    const lacking = a === GONE ? old : now;
    if (lacking.kind === "cluster-ip" && !hasPort(lacking, name, a === GONE ? b : a)) return [];
    return [{ service, name: name.slice(0, -1), before: a, after: b }];
  });
}

const hasPort = ({ service }: ServiceEntry, name: string, words: string) =>
  (service.spec.ports ?? []).some(
    ({ protocol = "TCP", port }) => name.includes(`._${protocol.toLowerCase()}.`) && words === `port ${port}`,
  );

function portWords(data: ZoneData, name: string): string {
  const ports = lookup(data, name, "SRV").answers.flatMap(({ data: record }) =>
    "port" in record ? [record.port] : [],
  );
  return ports.length === 0 ? GONE : [...new Set(ports)].map((port) => `port ${port}`).join(", ");
}

/** Whether pods of a headless Service have names of their own that differ, which rules do not. */
function haveOtherHostnames(name: string, { before, after }: Sides): boolean {
  const [a, b] = [before.services.get(name), after.services.get(name)];
  if (a?.spec.clusterIP !== "None" || b?.spec.clusterIP !== "None") return false;
  const [old, now] = [before.slicesOf(a), after.slicesOf(b)];
  return old !== now && hostnamesOf(old) !== hostnamesOf(now);
}

function hostnamesOf(slices: readonly EndpointSlice[]): string {
  const names = new Set<string>();
  for (const slice of slices)
    for (const { hostname, targetRef } of sliceEndpoints(slice))
      names.add(`${targetRef?.name ?? ""} ${hostname ?? ""}`);
  return [...names].sort(compareText).join("\n");
}

/** Names of pods that stay ("db-0.db..."), which come and go with the name of the Service in their StatefulSet. */
function podChanges(service: string, before: ZoneData, after: ZoneData): Found[] {
  const [old, now] = entriesOf(service, before, after);
  if (old?.kind !== "headless" || now?.kind !== "headless") return [];
  const [a, b] = [podNames(old, before), podNames(now, after)];
  const of = (name: string, pod: string, [from, to]: readonly [ZoneData, ZoneData]) => {
    const [words, others] = [answerWords(from, name), answerWords(to, name)];
    return others === GONE && words !== GONE && b.pods.has(pod) && a.pods.has(pod) ? words : undefined;
  };
  const found = new Map<string, Found>();
  for (const [name, pod] of a.names) {
    const words = b.names.has(name) ? undefined : of(name, pod, [before, after]);
    if (words !== undefined) found.set(name, { service, name: name.slice(0, -1), before: words, after: GONE });
  }
  for (const [name, pod] of b.names) {
    const words = a.names.has(name) ? undefined : of(name, pod, [after, before]);
    if (words !== undefined) found.set(name, { service, name: name.slice(0, -1), before: GONE, after: words });
  }
  return [...found.values()].sort((x, y) => compareText(x.name, y.name));
}

/** Names that are not made of an address, with their pods, and all pods. */
function podNames(entry: ServiceEntry, { config }: ZoneData) {
  const pods = new Set<string>();
  const names = new Map<string, string>();
  for (const { label, address, pod } of entry.endpoints()) {
    if (pod === undefined) continue;
    pods.add(pod);
    if (label !== dashed(address)) names.set(`${label}.${serviceName(entry, config.domains[0]!)}`, pod);
  }
  return { pods, names };
}

function answerWords(data: ZoneData, name: string): string {
  const answers = TYPES.map((type) => lookup(data, name, type));
  if (answers.every(({ status }) => status === "NXDOMAIN")) return GONE;
  const words = new Set<string>();
  for (const { answers: records } of answers)
    for (const { data: record } of records) {
      if ("address" in record) words.add(record.address);
      else if ("target" in record) words.add(record.target);
    }
  return words.size === 0 ? "no addresses" : [...words].sort(compareText).join(", ");
}

interface Referrer {
  readonly service: string;
  readonly text: string;
}

/** Settings that name a Service in a form that means nothing else, or by its short name in its own namespace. */
function referencesIn({ cluster }: Side): Referrer[] {
  const found: Referrer[] = [];
  for (const { host, namespace, form, text } of findReferences(cluster)) {
    const [name, second, third] = host.split(".");
    const isLong = second !== undefined && (third === undefined || third === "svc");
    if (second !== undefined && !isLong) continue;
    if (second === undefined && form === "bare" && name === "") continue;
    found.push({ service: `${second ?? namespace}/${name}`, text: `${text} in namespace ${namespace} names ${host}` });
  }
  return found;
}

/** Names that go, that come and that answer otherwise stand together; each with its answers. */
function grouped(found: readonly Found[], references: readonly Referrer[]): NameChange[] {
  const kindOf = ({ before, after }: Found) => (after === GONE ? GONE : before === GONE ? "new" : "changed");
  return [GONE, "changed", "new"].flatMap((kind): NameChange[] => {
    const list = found.filter((one) => kindOf(one) === kind);
    if (list.length === 0) return [];
    const services = new Set(list.map(({ service }) => service));
    const referrers = kind === GONE ? references.filter(({ service }) => services.has(service)) : [];
    return [
      {
        kind: "names",
        message: "",
        services: [...services],
        count: list.length,
        nodes: { count: 0, all: true, names: [] },
        clients: [],
        before: kind === "new" ? GONE : list.length === 1 ? list[0]!.before : "resolves",
        after:
          kind === GONE
            ? GONE
            : list.length === 1
              ? list[0]!.after
              : kind === "new"
                ? "resolves"
                : "resolves otherwise",
        frontends: [],
        details: [
          ...list.map(({ name, before, after }) => `${name}: ${before} -> ${after}`),
          ...referrers.map(({ text }) => `still used: ${text}`),
        ],
      },
    ];
  });
}
