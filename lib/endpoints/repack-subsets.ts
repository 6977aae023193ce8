/** Endpoints subsets in their canonical form. */
import type { EndpointAddress, Endpoints, SlicePort } from "../kube/types.js";

/** Addresses with the same ports; those of `ready` and `notReady` sorted by IP as text, then target uid. */
export interface CanonicalSubset {
  readonly ports: SlicePort[];
  readonly ready: readonly EndpointAddress[];
  readonly notReady: readonly EndpointAddress[];
}

interface PortAddresses {
  readonly port: SlicePort | undefined;
  /** By identity: IP and target uid. Not ready wins over ready. */
  readonly addresses: Map<string, { readonly address: EndpointAddress; ready: boolean }>;
}

/**
 * One subset for each set of ports that have exactly the same addresses with the same readiness.
 * Addresses without ports make a subset without ports.
 * Source: pkg/api/v1/endpoints/util.go; subsets are in the order of their first port, upstream by hash.
 */
export function repackSubsets(endpoints: Endpoints): CanonicalSubset[] {
  const byPort = new Map<string, PortAddresses>();
  for (const { addresses, notReadyAddresses, ports } of endpoints.subsets ?? []) {
    const list: (SlicePort | undefined)[] = ports?.length
      ? ports.map(({ name, port, protocol, appProtocol }) => ({
          name: name ?? "",
          protocol: protocol ?? "TCP",
          port,
          ...(appProtocol != null && { appProtocol }),
        }))
      : [undefined];
    for (const port of list) {
      const key = port ? JSON.stringify([port.name, port.protocol, port.port, port.appProtocol]) : "";
      let entry = byPort.get(key);
      if (!entry) byPort.set(key, (entry = { port, addresses: new Map() }));
      addAddresses(entry, addresses, true);
      addAddresses(entry, notReadyAddresses, false);
    }
  }
  return mergeEqualSets([...byPort.values()]);
}

function addAddresses(entry: PortAddresses, list: readonly EndpointAddress[] | null | undefined, ready: boolean): void {
  for (const address of list ?? []) {
    const identity = `${address.ip}\0${address.targetRef?.uid ?? ""}`;
    const known = entry.addresses.get(identity);
    if (known) known.ready &&= ready;
    else entry.addresses.set(identity, { address, ready });
  }
}

function mergeEqualSets(entries: readonly PortAddresses[]): CanonicalSubset[] {
  const subsets = new Map<string, CanonicalSubset>();
  for (const { port, addresses } of entries) {
    const sorted = [...addresses].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([port === undefined, sorted.map(([identity, { ready }]) => [identity, ready])]);
    const subset = subsets.get(key);
    if (subset) subset.ports.push(port!);
    else
      subsets.set(key, {
        ports: port ? [port] : [],
        ready: sorted.filter(([, a]) => a.ready).map(([, a]) => a.address),
        notReady: sorted.filter(([, a]) => !a.ready).map(([, a]) => a.address),
      });
  }
  return [...subsets.values()];
}
