/** Changes by service, and services that differ alike in one place. */
import type { Change } from "../diff/types.js";
import { groupBy } from "../util/group-by.js";

export interface ServiceChanges {
  /** "ns/name"; undefined for what belongs to none. */
  readonly service: string | undefined;
  readonly changes: readonly Change[];
}

export interface Fold {
  readonly shown: ServiceChanges;
  /** Services with the same kinds of changes, told by their names only. */
  readonly alike: readonly ServiceChanges[];
}

/** With this many services every one is shown. */
const MOST_SHOWN = 10;

/** Services in the order of their first change; from many, those that differ alike behind the first of them. */
export function foldServices(changes: readonly Change[]): Fold[] {
  const services = Array.from(
    groupBy(changes, (change) => change.service),
    ([service, own]) => ({ service, changes: own }),
  );
  if (services.length <= MOST_SHOWN) return services.map((shown) => ({ shown, alike: [] }));
  return Array.from(groupBy(services, causeOf).values(), ([shown, ...alike]) => ({ shown: shown!, alike }));
}

function causeOf({ service, changes }: ServiceChanges): string {
  if (service === undefined) return "";
  return [...new Set(changes.map(({ kind, severity }) => `${severity} ${kind}`))].sort().join("\n");
}

/** What stands above the changes of a service. */
export function nameOf(service: string | undefined): string {
  return service ?? "kube-proxy's own chains";
}
