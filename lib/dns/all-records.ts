/** Every record of the DNS schema that the server holds for the input. */
import { endpointNameRecords, lookup, serviceName } from "./lookup.js";
import { reverseNameOf } from "./reverse-name.js";
import type { DNSRecord } from "./types.js";
import { compare, type EndpointRecord, type ServiceEntry, type ZoneData } from "./zone-data.js";

/** The port query names of a Service: "_http._tcp.web.prod.svc.cluster.local.". */
export function portNames(entry: ServiceEntry, zone: string): string[] {
  const ports =
    entry.kind === "headless"
      ? entry.endpoints().flatMap((endpoint) => endpoint.ports)
      : (entry.service.spec.ports ?? []).map(({ name, protocol }) => ({
          name: (name ?? "").toLowerCase(),
          protocol: (protocol ?? "TCP").toLowerCase(),
        }));
  const names = ports.flatMap(({ name, protocol }) =>
    name === "" ? [] : [`_${name}._${protocol}.${serviceName(entry, zone)}`],
  );
  return [...new Set(names)].sort(compare);
}

function endpointsByLabel(entry: ServiceEntry): Map<string, EndpointRecord[]> {
  const groups = new Map<string, EndpointRecord[]>();
  for (const endpoint of entry.endpoints()) {
    const group = groups.get(endpoint.label);
    if (group) group.push(endpoint);
    else groups.set(endpoint.label, [endpoint]);
  }
  return groups;
}

function recordsOfService(data: ZoneData, entry: ServiceEntry, zone: string): DNSRecord[] {
  const name = serviceName(entry, zone);
  const ask = (owner: string, type: string) => lookup(data, owner, type).answers;
  if (entry.kind === "external-name") return [...ask(name, "CNAME")];
  const byLabel = endpointsByLabel(entry);
  return [
    ...ask(name, "A"),
    ...ask(name, "AAAA"),
    ...[...byLabel].flatMap(([label, endpoints]) => endpointNameRecords(data, entry, zone, label, endpoints)),
    ...portNames(entry, zone).flatMap((owner) => ask(owner, "SRV")),
  ];
}

/** PTR records by address: a cluster IP names its Service, any other address the ready endpoints that have it. */
function pointers(data: ZoneData, zone: string): DNSRecord[] {
  const targets = new Map<string, Map<string, ServiceEntry>>();
  const clusterIPs = new Set<string>();
  for (const entry of data.services.values()) {
    if (entry.kind !== "cluster-ip") continue;
    for (const { address } of entry.clusterIPs) {
      if (clusterIPs.has(address)) continue;
      clusterIPs.add(address);
      targets.set(address, new Map([[serviceName(entry, zone), entry]]));
    }
  }
  for (const entry of data.services.values()) {
    if (entry.kind === "external-name") continue;
    for (const { address, label } of entry.endpoints()) {
      if (clusterIPs.has(address)) continue;
      const names = targets.get(address) ?? new Map<string, ServiceEntry>();
      targets.set(address, names.set(`${label}.${serviceName(entry, zone)}`, entry));
    }
  }
  const records: DNSRecord[] = [];
  for (const [address, names] of targets) {
    const name = reverseNameOf(address);
    if (name === undefined || !data.config.reverseZones.some((z) => name.slice(0, -1).endsWith(z))) continue;
    for (const target of [...names.keys()].sort(compare)) {
      const { service } = names.get(target)!;
      records.push({
        name,
        ttlSeconds: data.config.ttlSeconds,
        data: { type: "PTR", target },
        from: `Service ${service.metadata.namespace ?? "default"}/${service.metadata.name}`,
        ...(service.origin ? { origin: service.origin } : {}),
      });
    }
  }
  return records.sort((a, b) => compare(a.name, b.name));
}

/**
 * The records in zone order: the zone's own, then service by service, then reverse records.
 * Pod names in mode `insecure` answer for any address and cannot be listed; other answers of the server
 * that the DNS schema does not define (addresses at port names, SRV at the Service's name) are left out too.
 */
export function* allRecords(data: ZoneData): Generator<DNSRecord> {
  const zone = data.config.domains[0]!;
  const ask = (name: string, type: string) => lookup(data, name, type).answers;
  yield* ask(`${zone}.`, "SOA");
  yield* ask(`${zone}.`, "NS");
  yield* ask(`ns.dns.${zone}.`, "A");
  yield* ask(`ns.dns.${zone}.`, "AAAA");
  yield* ask(`dns-version.${zone}.`, "TXT");
  for (const entry of data.services.values()) {
    if (data.namespaces.has(entry.namespace)) yield* recordsOfService(data, entry, zone);
  }
  if (data.config.reverseZones.length > 0) yield* pointers(data, zone);
}
