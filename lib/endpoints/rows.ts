/** Every endpoint of every Service as flat rows, as the slices state them and whether or not kube-proxy uses them. */
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, SliceEndpoint, SlicePort } from "../kube/types.js";
import type { ServiceEndpoints } from "./types.js";

/** One (service, address, port). The field order is that of the JSON output. */
export interface EndpointRow {
  /** "ns/name". */
  readonly service: string;
  readonly family: EndpointSlice["addressType"];
  readonly port: string;
  /** Null, and so the number, when the slice has no ports: its Pods resolve none of the Service's. */
  readonly protocol: string | null;
  readonly number: number | null;
  readonly address: string;
  /** "" when not stated, and so the zone. */
  readonly node: string;
  readonly zone: string;
  /** What the slice leaves open is read as kube-proxy does: ready, serving, not terminating. */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

const NO_PORT: readonly undefined[] = [undefined];

/**
 * The rows of one Service, sorted by family, port, protocol, number and address.
 * A slice without ports gives a row without one for each address; an endpoint in two slices gives two.
 */
export function endpointRowsOf({ service, slices }: ServiceEndpoints): EndpointRow[] {
  const name = `${service.metadata.namespace ?? "default"}/${service.metadata.name}`;
  const rows: EndpointRow[] = [];
  for (const slice of slices)
    for (const port of slice.ports?.length ? slice.ports : NO_PORT)
      for (const endpoint of sliceEndpoints(slice))
        for (const address of endpoint.addresses ?? [])
          rows.push(makeRow(name, slice.addressType, port, endpoint, address));
  return rows.sort(compareRows);
}

function makeRow(
  service: string,
  family: EndpointRow["family"],
  port: SlicePort | undefined,
  { conditions, nodeName, zone, hints }: SliceEndpoint,
  address: string,
): EndpointRow {
  return {
    service,
    family,
    port: port?.name ?? "",
    protocol: port ? (port.protocol ?? "TCP") : null,
    number: port?.port ?? null,
    address,
    node: nodeName ?? "",
    zone: zone ?? "",
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    zoneHints: hints?.forZones?.map((h) => h.name ?? "") ?? [],
    nodeHints: hints?.forNodes?.map((h) => h.name ?? "") ?? [],
  };
}

function compareRows(a: EndpointRow, b: EndpointRow): number {
  return (
    compare(a.family, b.family) ||
    compare(a.port, b.port) ||
    compare(a.protocol ?? "", b.protocol ?? "") ||
    (a.number ?? 0) - (b.number ?? 0) ||
    compare(a.address, b.address)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
