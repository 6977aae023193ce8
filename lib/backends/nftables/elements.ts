/** Elements of the sets and verdict maps. */
import type { NftElement, NftOrigin, Verdict } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import * as names from "./names.js";
import type { ServicePortPlan } from "./plan.js";

/** Elements by container and key text; a later element takes the place of an earlier one of the same key. */
export class ElementTable {
  readonly #containers = new Map<string, Map<string, NftElement>>();

  add(container: string, key: NftElement["key"], origin?: NftOrigin, verdict?: Verdict, comment?: string): void {
    let elements = this.#containers.get(container);
    if (!elements) this.#containers.set(container, (elements = new Map()));
    elements.set(key.join(" . "), { key, comment, verdict, origin });
  }

  /** Sorted by key text. */
  elementsOf(container: string): NftElement[] {
    const elements = this.#containers.get(container);
    if (!elements) return [];
    return [...elements.keys()].sort().map((key) => elements.get(key)!);
  }
}

/**
 * The elements of one service port. Where two services claim one address and port, the one visited later has it, as
 * in kube-proxy (whose order is random).
 */
export function addElements(table: ElementTable, plan: ServicePortPlan, context: TableContext): void {
  const { port, protocol, origin, refusal } = plan;
  const goTo = (chain: string): Verdict => ({ kind: "goto", chain });
  table.add(names.CLUSTER_IPS, [port.clusterIP], origin);
  const internal = [port.clusterIP, protocol, port.port];
  if (plan.hasInternal && plan.internalTarget !== undefined)
    table.add(names.SERVICE_IPS, internal, origin, goTo(plan.internalTarget));
  else table.add(names.NO_ENDPOINT_SERVICES, internal, origin, refusal, port.name);

  const external = plan.externalChain === undefined ? undefined : goTo(plan.externalChain);
  for (const address of [...port.externalIPs, ...port.loadBalancerVIPs]) {
    const key = [address, protocol, port.port];
    if (external) table.add(names.SERVICE_IPS, key, origin, external);
    if (!plan.hasExternal) table.add(names.NO_ENDPOINT_SERVICES, key, origin, refusal, port.name);
  }
  if (plan.firewallChain !== undefined) {
    const firewall = goTo(plan.firewallChain);
    for (const address of port.loadBalancerVIPs)
      table.add(names.FIREWALL_IPS, [address, protocol, port.port], origin, firewall);
  }
  if (port.nodePort !== 0) {
    const key = [protocol, port.nodePort];
    if (external) table.add(names.SERVICE_NODEPORTS, key, origin, external);
    if (!plan.hasExternal) table.add(names.NO_ENDPOINT_NODEPORTS, key, origin, refusal, port.name);
  }
  if (!context.input.features.nftHairpinSet) return;
  for (const { endpoint } of plan.reachable)
    if (endpoint.local)
      table.add(names.HAIRPIN_CONNECTIONS, [endpoint.ip, endpoint.ip, protocol, endpoint.port], origin);
}
