/** Whether a capture is of a cluster that has nothing to do with the input. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { canonicalIP } from "../net/ip.js";
import type { Service } from "../kube/types.js";
import type { ServicesOnNode } from "./services-on-node.js";

/** Every cluster has them, mostly at the same addresses; they tell none. */
const IN_EVERY_CLUSTER: ReadonlySet<string> = new Set(["default/kubernetes", "kube-system/kube-dns"]);
/** Fewer Services than these are told by what every cluster has too. */
const FEW = 2;
/** Fewer of the same name at other addresses may have been made anew. */
const SEVERAL = 3;

/** The error when no Service of the input is on the node, and no one of the node in the input. */
export function findOtherCluster({ services }: Cluster, held: ServicesOnNode): Diagnostic | undefined {
  // Mostly the first Service is there: then nothing is counted.
  if (held.isCut || services.some((service) => isThere(service, held))) return undefined;
  const own = services.filter((service) => addressesOf(service).length > 0 || service.spec.type === "NodePort");
  const names = own.map(nameOf);
  const addresses = held.addresses.all();
  return held.names ? byNames(own, names, held.names.all(), addresses) : byAddresses(own, addresses);
}

/** Whether a Service that tells a cluster is on the node, at an address it has there. */
function isThere(service: Service, { names, addresses }: ServicesOnNode): boolean {
  const name = nameOf(service);
  if (IN_EVERY_CLUSTER.has(name)) return false;
  // Services without an address are on no node: for their names all would be read.
  return addressesOf(service).some((ip) => addresses.has(ip)) && names?.has(name) !== false;
}

function byNames(
  services: readonly Service[],
  wanted: readonly string[],
  held: ReadonlySet<string>,
  addresses: ReadonlySet<string>,
): Diagnostic | undefined {
  const particular = services.filter((service) => !IN_EVERY_CLUSTER.has(nameOf(service)));
  const heldParticular = [...held].filter((name) => !IN_EVERY_CLUSTER.has(name)).length;
  const isTold = particular.length >= FEW && heldParticular >= FEW;
  const asked = isTold ? particular : services;
  const shared = asked.filter((service) => held.has(nameOf(service)));
  const counted = isTold ? heldParticular : held.size;
  if (asked.length === 0 || counted === 0) return undefined;
  if (shared.length === 0)
    return otherCluster(
      `none of the ${asked.length} services of the input is on this node, and none of its ${counted} is in the input`,
      isTold && wanted.some((name) => IN_EVERY_CLUSTER.has(name) && held.has(name)),
    );
  const placed = shared.filter((service) => addressesOf(service).length > 0);
  const isElsewhere =
    placed.length >= SEVERAL && !placed.some((service) => addressesOf(service).some((ip) => addresses.has(ip)));
  return isElsewhere
    ? otherCluster(
        `${placed.length} services of the input have the names of services on this node, and none has its cluster IP`,
        false,
      )
    : undefined;
}

function byAddresses(services: readonly Service[], held: ReadonlySet<string>): Diagnostic | undefined {
  const common = new Set(services.flatMap((s) => (IN_EVERY_CLUSTER.has(nameOf(s)) ? addressesOf(s) : [])));
  const particular = services.filter((service) => !IN_EVERY_CLUSTER.has(nameOf(service)));
  const heldParticular = [...held].filter((address) => !common.has(address)).length;
  const isTold = particular.length >= FEW && heldParticular >= FEW;
  const asked = isTold ? particular : services;
  const counted = isTold ? heldParticular : held.size;
  const isServed = (service: Service) => addressesOf(service).some((ip) => held.has(ip));
  if (asked.length === 0 || counted === 0 || asked.some(isServed)) return undefined;
  return otherCluster(
    `none of the ${asked.length} services of the input is on this node, and none of its ${counted} addresses with virtual servers is in the input`,
    isTold && services.length > particular.length,
  );
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace ?? "default"}/${metadata.name}`;
}

/** Cluster IPs. */
function addressesOf({ spec }: Service): string[] {
  return [spec.clusterIP, ...(spec.clusterIPs ?? [])].flatMap((ip) =>
    ip && ip !== "None" ? (canonicalIP(ip) ?? []) : [],
  );
}

function otherCluster(words: string, leavesOut: boolean): Diagnostic {
  const except = leavesOut ? `, but for those that every cluster has (${[...IN_EVERY_CLUSTER].join(", ")})` : "";
  return {
    code: "capture-of-another-cluster",
    severity: "error",
    message: `${words}${except}: another cluster?`,
    notes: ["compare the capture with the objects of the cluster that its node is part of"],
  };
}
