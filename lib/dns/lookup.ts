/** One question put to the cluster's DNS server. Source: CoreDNS plugin/kubernetes and plugin/backend_lookup.go. */
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";
import { parseRequest, type NameRequest } from "./parse-request.js";
import { addressOfReverseName } from "./reverse-name.js";
import type { RecordData } from "../net/dns-record.js";
import type { DNSAnswer, DNSRecord } from "./types.js";
import {
  compare,
  findVerifiedPod,
  serviceText,
  type EndpointRecord,
  type ServiceEntry,
  type ZoneData,
} from "./zone-data.js";

/** Aliases followed inside the zone. */
const MAX_CHAIN = 10;
const VERSION_TTL_SECONDS = 28800;
const SCHEMA_VERSION = "1.1.0";

/** A record before it is fitted to the question: an address behind a name, or an alias. */
type Candidate =
  | {
      readonly kind: "address";
      readonly address: string;
      readonly family: IPFamily;
      /** The name an SRV record would point to. */
      readonly target: string;
      /** -1: none. */
      readonly port: number;
      readonly entry?: ServiceEntry;
      readonly pod?: string;
    }
  | { readonly kind: "alias"; readonly target: string; readonly entry: ServiceEntry };

type Found =
  | { readonly kind: "candidates"; readonly list: readonly Candidate[]; readonly reason: string }
  | { readonly kind: "no-data"; readonly reason: string }
  | { readonly kind: "name-error"; readonly reason: string };

/** A name in lower case with its final dot. */
export function fullyQualified(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower : `${lower}.`;
}

/** The longest of the zones that holds the name; undefined when none does. */
export function findZone(zones: readonly string[], name: string): string | undefined {
  const bare = name.slice(0, -1);
  return zones
    .filter((zone) => bare === zone || bare.endsWith(`.${zone}`))
    .sort((a, b) => b.length - a.length || compare(a, b))[0];
}

/** "web.prod.svc.cluster.local." */
export function serviceName(entry: ServiceEntry, zone: string): string {
  return `${entry.name}.${entry.namespace}.svc.${zone}.`;
}

function soaOf(zone: string, ttlSeconds: number): DNSRecord {
  return {
    name: `${zone}.`,
    ttlSeconds,
    data: { type: "SOA", server: `ns.dns.${zone}.`, mailbox: `hostmaster.${zone}.`, minimumSeconds: ttlSeconds },
  };
}

function nameError(reason: string): Found {
  return { kind: "name-error", reason };
}

function endpointCandidates(
  entry: ServiceEntry,
  zone: string,
  wanted: (endpoint: EndpointRecord) => boolean,
  port?: { readonly name: string; readonly protocol: string },
): Candidate[] {
  return entry.endpoints().flatMap((endpoint) => {
    if (!wanted(endpoint)) return [];
    const ports = endpoint.ports.filter((p) => !port || (p.name === port.name && p.protocol === port.protocol));
    return ports.map(({ number }): Candidate => ({
      kind: "address",
      address: endpoint.address,
      family: endpoint.family,
      target: `${endpoint.label}.${serviceName(entry, zone)}`,
      port: number,
      entry,
      pod: endpoint.pod,
    }));
  });
}

function clusterIPCandidates(
  entry: ServiceEntry,
  zone: string,
  port?: { readonly name: string; readonly protocol: string },
): Candidate[] {
  const ports = (entry.service.spec.ports ?? []).filter(
    ({ name, protocol }) =>
      !port || ((name ?? "").toLowerCase() === port.name && (protocol ?? "TCP").toLowerCase() === port.protocol),
  );
  return ports.flatMap(({ port: number }) =>
    entry.clusterIPs.map(({ address, family }): Candidate => ({
      kind: "address",
      address,
      family,
      target: serviceName(entry, zone),
      port: number,
      entry,
    })),
  );
}

function findInService(request: Extract<NameRequest, { service: string }>, data: ZoneData, zone: string): Found {
  const { namespace, service } = request;
  if (!data.namespaces.has(namespace)) return nameError(`there is no namespace "${namespace}"`);
  const entry = data.services.get(`${namespace}/${service}`);
  if (!entry) return nameError(`there is no Service "${service}" in namespace "${namespace}"`);
  const text = serviceText(entry);
  if (entry.kind === "external-name") {
    if (request.kind !== "service") return nameError(`${text} is an ExternalName: it has no names below its own`);
    const target = entry.service.spec.externalName ?? "";
    if (target === "" || canonicalIP(target) !== undefined)
      return nameError(`${text} has externalName "${target}", which makes no record because it is no host name`);
    return {
      kind: "candidates",
      list: [{ kind: "alias", target: fullyQualified(target), entry }],
      reason: `${text} is an alias`,
    };
  }
  if (data.config.ignoreEmptyServices && entry.kind === "cluster-ip" && entry.endpoints().length === 0)
    return nameError(`${text} has no ready endpoint, and the Corefile says "ignore empty_service"`);
  switch (request.kind) {
    case "endpoint":
      return named(
        endpointCandidates(entry, zone, ({ label }) => label === request.endpoint),
        `a ready endpoint of ${text}`,
        `no ready endpoint of ${text} is called "${request.endpoint}"`,
      );
    case "zonal": {
      if (entry.kind !== "headless")
        return nameError(`zonal names exist for headless Services only, and ${text} is none`);
      const inZone = endpointCandidates(entry, zone, (endpoint) => endpoint.zone === request.zone);
      const list = inZone.length === 0 && request.fallback ? endpointCandidates(entry, zone, () => true) : inZone;
      if (list.length > 0) return { kind: "candidates", list, reason: `ready endpoints of ${text}` };
      return { kind: "no-data", reason: `${text} has no ready endpoint in zone "${request.zone}"` };
    }
    case "service":
    case "port": {
      const port = request.kind === "port" ? { name: request.port, protocol: request.protocol } : undefined;
      const list =
        entry.kind === "headless"
          ? endpointCandidates(entry, zone, () => true, port)
          : clusterIPCandidates(entry, zone, port);
      const missing = port
        ? `${text} has no ${entry.kind === "headless" ? "ready endpoint with a " : ""}port "${port.name}" of protocol "${port.protocol}"`
        : entry.kind === "headless"
          ? `${text} is headless and has no ready endpoint`
          : `${text} has no cluster IP or no port`;
      return named(
        list,
        entry.kind === "headless" ? `the ready endpoints of ${text}` : `the cluster IP of ${text}`,
        missing,
      );
    }
  }
}

function named(list: readonly Candidate[], reason: string, missing: string): Found {
  return list.length > 0 ? { kind: "candidates", list, reason } : nameError(missing);
}

/** Exactly three dashes, none doubled: IPv4; otherwise every dash is a colon. */
function podAddress(label: string): string | undefined {
  const isIPv4 = label.split("-").length === 4 && !label.includes("--");
  return canonicalIP(label.replaceAll("-", isIPv4 ? "." : ":"));
}

function findPod(namespace: string, label: string, name: string, data: ZoneData): Found {
  const { pods } = data.config;
  if (pods === "disabled") return nameError("pod names are switched off (pods disabled)");
  if (!data.namespaces.has(namespace)) return nameError(`there is no namespace "${namespace}"`);
  const address = podAddress(label);
  if (address === undefined) return nameError(`"${label}" does not spell an address`);
  const pod = pods === "verified" ? findVerifiedPod(data, namespace, address) : undefined;
  if (pods === "verified" && !pod) return nameError(`no pod in namespace "${namespace}" has address ${address}`);
  const reason = pod
    ? `Pod ${namespace}/${pod.metadata.name}`
    : "the address spelled in the name, whether or not such a pod exists";
  const family = familyOfIP(address)!;
  return { kind: "candidates", list: [{ kind: "address", address, family, target: name, port: -1 }], reason };
}

function findCandidates(name: string, zone: string, data: ZoneData): Found {
  const request = parseRequest(name === `${zone}.` ? "" : name.slice(0, -zone.length - 2), data.config.zonal);
  switch (request.kind) {
    case "apex":
      return { kind: "no-data", reason: "the name exists but has no records of its own" };
    case "version":
      return nameError("dns-version has a TXT record only");
    case "invalid":
      return nameError(request.reason);
    case "name-server": {
      const list = data.serverAddresses.map((address): Candidate => ({
        kind: "address",
        address,
        family: familyOfIP(address)!,
        target: name,
        port: -1,
      }));
      return list.length > 0
        ? { kind: "candidates", list, reason: "the DNS server's own addresses" }
        : { kind: "no-data", reason: "the DNS server's addresses are not in the input" };
    }
    case "namespace": {
      if (request.of === "pod" && data.config.pods === "disabled")
        return nameError("pod names are switched off (pods disabled)");
      return data.namespaces.has(request.namespace)
        ? { kind: "no-data", reason: `namespace "${request.namespace}" exists; it has no records of its own` }
        : nameError(`there is no namespace "${request.namespace}"`);
    }
    case "pod":
      return findPod(request.namespace, request.label, name, data);
    default:
      return findInService(request, data, zone);
  }
}

function record(name: string, data: RecordData, zone: ZoneData, candidate?: Candidate): DNSRecord {
  const entry = candidate?.entry;
  const pod = candidate?.kind === "address" ? candidate.pod : undefined;
  const from = entry && (pod ? `Pod ${entry.service.metadata.namespace ?? "default"}/${pod}` : serviceText(entry));
  return {
    name,
    ttlSeconds: zone.config.ttlSeconds,
    data,
    ...(from === undefined ? {} : { from }),
    ...(entry?.service.origin ? { origin: entry.service.origin } : {}),
  };
}

type Address = Extract<Candidate, { kind: "address" }>;

/** Address records without repetition, sorted by address text. */
function addressRecords(name: string, list: readonly Address[], type: "A" | "AAAA", data: ZoneData): DNSRecord[] {
  const family = type === "A" ? "IPv4" : "IPv6";
  const seen = new Map<string, DNSRecord>();
  for (const candidate of list) {
    if (candidate.family !== family || seen.has(candidate.address)) continue;
    seen.set(candidate.address, record(name, { type, address: candidate.address }, data, candidate));
  }
  return [...seen.keys()].sort(compareAddresses).map((address) => seen.get(address)!);
}

function compareAddresses(a: string, b: string): number {
  const key = (text: string) =>
    text
      .split(".")
      .map((part) => part.padStart(3, "0"))
      .join(".");
  return compare(key(a), key(b));
}

/** SRV records and the addresses of their targets. Weight: 100 shared by the candidates before repetitions go. */
function serviceRecords(
  name: string,
  list: readonly Address[],
  data: ZoneData,
): { answers: DNSRecord[]; additional: DNSRecord[] } {
  const weight = Math.max(1, Math.floor(100 / list.length));
  const answers = new Map<string, DNSRecord>();
  const additional = new Map<string, DNSRecord>();
  for (const candidate of list) {
    if (candidate.port === -1) continue;
    const key = `${candidate.target} ${String(candidate.port).padStart(5, "0")}`;
    const srv: RecordData = { type: "SRV", priority: 0, weight, port: candidate.port, target: candidate.target };
    if (!answers.has(key)) answers.set(key, record(name, srv, data, candidate));
    const address: RecordData = { type: candidate.family === "IPv4" ? "A" : "AAAA", address: candidate.address };
    additional.set(`${candidate.target} ${candidate.address}`, record(candidate.target, address, data, candidate));
  }
  const sorted = (map: Map<string, DNSRecord>) => [...map.keys()].sort(compare).map((key) => map.get(key)!);
  return { answers: sorted(answers), additional: sorted(additional) };
}

/** PTR records of an address: a cluster IP's Service, else every Service with it as a ready endpoint. */
function pointerRecords(name: string, address: string, data: ZoneData): DNSRecord[] {
  const zone = data.config.domains[0]!;
  for (const entry of data.services.values()) {
    if (entry.kind === "cluster-ip" && entry.clusterIPs.some((ip) => ip.address === address)) {
      const target = serviceName(entry, zone);
      return [record(name, { type: "PTR", target }, data, { kind: "alias", target, entry })];
    }
  }
  const targets = new Map<string, DNSRecord>();
  for (const entry of data.services.values()) {
    if (entry.kind === "external-name") continue;
    for (const endpoint of entry.endpoints()) {
      if (endpoint.address !== address) continue;
      const target = `${endpoint.label}.${serviceName(entry, zone)}`;
      targets.set(target, record(name, { type: "PTR", target }, data, { kind: "alias", target, entry }));
    }
  }
  return [...targets.keys()].sort(compare).map((target) => targets.get(target)!);
}

/** The address records of one endpoint name. `endpoints`: the ready ones that carry the label. */
export function endpointNameRecords(
  data: ZoneData,
  entry: ServiceEntry,
  zone: string,
  label: string,
  endpoints: readonly EndpointRecord[],
): DNSRecord[] {
  const target = `${label}.${serviceName(entry, zone)}`;
  const list = endpoints.map(({ address, family, pod }): Address => ({
    kind: "address",
    address,
    family,
    target,
    port: -1,
    entry,
    pod,
  }));
  return [...addressRecords(target, list, "A", data), ...addressRecords(target, list, "AAAA", data)];
}

/**
 * The server's answer.
 * `name`: with or without its final dot, always meant as complete. `type`: any record type in upper case.
 */
export function lookup(data: ZoneData, name: string, type: string): DNSAnswer {
  return lookupChained(data, fullyQualified(name), type, []);
}

/** `aliases`: the names that led here, first the one that was asked for. */
function lookupChained(data: ZoneData, name: string, type: string, aliases: readonly string[]): DNSAnswer {
  const { config } = data;
  const answer = (status: DNSAnswer["status"], reason: string, parts: Partial<DNSAnswer> = {}): DNSAnswer => ({
    name,
    type,
    status,
    reason,
    answers: [],
    additional: [],
    authority: [],
    ...parts,
  });
  const zone = findZone([...config.domains, ...config.reverseZones], name);
  if (zone === undefined)
    return config.forwards
      ? answer("upstream", "the name is outside the cluster's zones and is forwarded to the upstream resolver")
      : answer("REFUSED", "the name is outside the server's zones");
  const authority = [soaOf(zone, config.ttlSeconds)];
  if (type === "AXFR" || type === "IXFR") return answer("REFUSED", "zone transfer is not configured");
  const failed = (reason: string): DNSAnswer => {
    const { fallthrough } = config;
    const falls = fallthrough !== undefined && (fallthrough.length === 0 || findZone(fallthrough, name) !== undefined);
    return falls
      ? answer("upstream", `${reason}; the question falls through to the upstream resolver`)
      : answer("NXDOMAIN", reason, { authority });
  };
  if (config.reverseZones.includes(zone)) {
    const address = addressOfReverseName(name);
    if (address === undefined) return failed("the name spells no whole address");
    const answers = pointerRecords(name, address, data);
    if (answers.length === 0) return failed(`no Service or ready endpoint has address ${address}`);
    if (type === "PTR") return answer("NOERROR", "the address belongs to a Service", { answers });
    return failed(`the name of ${address} has a PTR record, and no other`);
  }
  if (name === `${zone}.` && (type === "SOA" || type === "NS")) {
    const ns = record(name, { type: "NS", target: `ns.dns.${zone}.` }, data);
    return answer("NOERROR", "the zone's own record", { answers: type === "SOA" ? authority : [ns] });
  }
  if (name === `dns-version.${zone}.` && type === "TXT") {
    const txt: DNSRecord = { name, ttlSeconds: VERSION_TTL_SECONDS, data: { type: "TXT", text: SCHEMA_VERSION } };
    return answer("NOERROR", "the version of the DNS schema", { answers: [txt] });
  }
  const found = findCandidates(name, zone, data);
  if (found.kind === "name-error") return failed(found.reason);
  const empty = (reason: string) => answer("NOERROR", reason, { authority });
  if (found.kind === "no-data") return empty(found.reason);
  const alias = found.list.find((candidate) => candidate.kind === "alias");
  if (alias) return answerAlias(data, name, type, alias, aliases, found.reason, empty, answer);
  const addresses = found.list.filter((candidate) => candidate.kind === "address");
  if (type === "A" || type === "AAAA") {
    const answers = addressRecords(name, addresses, type, data);
    if (answers.length > 0) return answer("NOERROR", found.reason, { answers });
    return empty(`the name exists (${found.reason}) but has no ${type === "A" ? "IPv4" : "IPv6"} address`);
  }
  if (type === "SRV") {
    const { answers, additional } = serviceRecords(name, addresses, data);
    if (answers.length > 0) return answer("NOERROR", found.reason, { answers, additional });
    return empty(`the name exists (${found.reason}) but declares no port`);
  }
  return empty(`the name exists (${found.reason}) but has no ${type} record`);
}

function answerAlias(
  data: ZoneData,
  name: string,
  type: string,
  alias: Extract<Candidate, { kind: "alias" }>,
  aliases: readonly string[],
  reason: string,
  empty: (reason: string) => DNSAnswer,
  answer: (status: DNSAnswer["status"], reason: string, parts: Partial<DNSAnswer>) => DNSAnswer,
): DNSAnswer {
  const cname = record(name, { type: "CNAME", target: alias.target }, data, alias);
  if (type === "CNAME") return answer("NOERROR", `${reason} for ${alias.target}`, { answers: [cname] });
  if (type !== "A" && type !== "AAAA") return empty(`${reason}, which has no ${type} record`);
  const passed = [...aliases, name];
  if (alias.target === name) return empty(`${reason} for itself`);
  if (passed.includes(alias.target)) return empty(`${reason} for ${alias.target}, which leads back to it`);
  if (passed.length >= MAX_CHAIN) return empty(`${reason}, the last of ${MAX_CHAIN} that are followed`);
  if (findZone(data.config.domains, alias.target) === undefined)
    return answer("NOERROR", `${reason} for ${alias.target}, whose addresses come from the upstream resolver`, {
      answers: [cname],
    });
  const next = lookupChained(data, alias.target, type, passed);
  if (next.answers.length === 0)
    return empty(`${reason} for ${alias.target}, which has no ${type} record: ${next.reason}`);
  return answer("NOERROR", `${reason} for ${alias.target}`, { answers: [cname, ...next.answers] });
}
