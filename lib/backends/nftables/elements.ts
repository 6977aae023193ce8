/** Elements of the sets and verdict maps. */
import type { Endpoint } from "../../endpoints/types.js";
import type { NftElement, NftOrigin, Verdict } from "../../rulesets/nftables/types.js";
import { orderOfNames } from "../../util/order-of-names.js";
import { keyText } from "../../rulesets/nftables/print.js";
import type { TableContext } from "./context.js";
import { shortComment } from "./element-comment.js";
import * as names from "./names.js";
import type { ServicePortPlan } from "./plan.js";

/** Elements by container; a later element takes the place of an earlier one of the same key. */
export class ElementTable {
  readonly #containers = new Map<string, NftElement[]>();

  add(container: string, key: NftElement["key"], origin?: NftOrigin, verdict?: Verdict, comment?: string): void {
    const element = { key, comment, verdict, origin };
    const elements = this.#containers.get(container);
    if (elements) elements.push(element);
    else this.#containers.set(container, [element]);
  }

  /** Sorted by key text. */
  elementsOf(container: string): NftElement[] {
    const added = this.#containers.get(container) ?? [];
    const texts = added.map(({ key }) => keyText(key));
    const elements: NftElement[] = [];
    let last: string | undefined;
    for (const i of orderOfNames(texts)) {
      const element = added[i]!;
      if (texts[i] === last) elements.push(inPlaceOf(elements.pop()!, element));
      else elements.push(element);
      last = texts[i];
    }
    return elements;
  }
}

/** The element with those that wanted its place for another service port. */
function inPlaceOf(earlier: NftElement, element: NftElement): NftElement {
  const claimed = element.verdict && earlier.origin?.label !== element.origin?.label;
  const rivals = claimed ? [...(earlier.rivals ?? []), earlier] : earlier.rivals;
  return rivals ? { ...element, rivals } : element;
}

/**
 * The elements of one service port. `reachable`: the endpoints any of its chains may send to. Where two services claim one address and port, the one visited later has it, as
 * in kube-proxy (whose order is random).
 */
export function addElements(
  table: ElementTable,
  plan: ServicePortPlan,
  reachable: readonly Endpoint[],
  context: TableContext,
): void {
  const { port, protocol, origin, refusal } = plan;
  const comment = () => shortComment(port.name, context.input.features);
  const goTo = (chain: string): Verdict => ({ kind: "goto", chain });
  const toClusterIP: NftOrigin = { ...origin, role: "cluster-ip" };
  table.add(names.CLUSTER_IPS, [port.clusterIP], toClusterIP);
  const internal = [port.clusterIP, protocol, port.port];
  if (plan.hasInternal && plan.internalTarget !== undefined)
    table.add(names.SERVICE_IPS, internal, toClusterIP, goTo(plan.internalTarget));
  else table.add(names.NO_ENDPOINT_SERVICES, internal, toClusterIP, refusal, comment());

  const external = plan.externalChain === undefined ? undefined : goTo(plan.externalChain);
  const addExternal = (address: string, from: NftOrigin) => {
    const key = [address, protocol, port.port];
    if (external) table.add(names.SERVICE_IPS, key, from, external);
    if (!plan.hasExternal) table.add(names.NO_ENDPOINT_SERVICES, key, from, refusal, comment());
  };
  for (const address of port.externalIPs) addExternal(address, { ...origin, role: "external-ip" });
  for (const address of port.loadBalancerVIPs) {
    const from: NftOrigin = { ...origin, role: "load-balancer-ip" };
    addExternal(address, from);
    if (plan.firewallChain !== undefined)
      table.add(names.FIREWALL_IPS, [address, protocol, port.port], from, goTo(plan.firewallChain));
  }
  if (port.nodePort !== 0) {
    const key = [protocol, port.nodePort];
    const from: NftOrigin = { ...origin, role: "node-port" };
    if (external) table.add(names.SERVICE_NODEPORTS, key, from, external);
    if (!plan.hasExternal) table.add(names.NO_ENDPOINT_NODEPORTS, key, from, refusal, comment());
    if (context.rejectedOnLocalhost.includes(protocol))
      table.add(names.LOCALHOST_NODEPORT_REJECT_PORTS, key, from, goTo(names.localhostRejectChain(protocol)));
  }
  if (!context.input.features.nftHairpinSet) return;
  for (const endpoint of reachable)
    if (endpoint.local)
      table.add(names.HAIRPIN_CONNECTIONS, [endpoint.ip, endpoint.ip, protocol, endpoint.port], origin);
}
