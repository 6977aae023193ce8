/** Elements of the sets and verdict maps. */
import type { Endpoint } from "../../endpoints/types.js";
import type { NftElement, NftOrigin, Verdict } from "../../rulesets/nftables/types.js";
import { orderOfNames } from "../../util/order-of-names.js";
import { keyText, printElementOf } from "../../rulesets/nftables/print.js";
import { isSameVerdict } from "../../rulesets/nftables/statements/verdict.js";
import type { TableContext } from "./context.js";
import { shortComment } from "./element-comment.js";
import * as names from "./names.js";
import type { ServicePortPlan } from "./plan.js";

type Role = NonNullable<NftOrigin["role"]>;

/** What an element is beside its key. */
interface ElementOptions {
  readonly origin?: NftOrigin;
  readonly role?: Role;
  /** Or the name of the chain that is gone to. */
  readonly verdict?: Verdict | string | undefined;
  readonly comment?: string;
}

/** What was added to a container, in columns: objects of 90,000 elements would outlive many a garbage collection. */
class Columns {
  readonly keys: string[] = [];
  readonly origins: (NftOrigin | undefined)[] = [];
  readonly roles: (Role | undefined)[] = [];
  readonly verdicts: (Verdict | string | undefined)[] = [];
  readonly comments: (string | undefined)[] = [];

  elementAt(i: number): NftElement {
    const origin = this.origins[i];
    const role = this.roles[i];
    const verdict = this.#verdictAt(i);
    return {
      key: keyOfText(this.keys[i]!),
      comment: this.comments[i],
      verdict,
      origin: origin && role ? { ...origin, role } : origin,
    };
  }

  /** As `printElement` prints it. */
  textAt(i: number): string {
    return printElementOf(this.keys[i]!, this.comments[i], this.#verdictAt(i));
  }

  hasVerdict(i: number, other: Verdict | undefined): boolean {
    const verdict = this.verdicts[i];
    if (typeof verdict === "string") return other?.kind === "goto" && other.chain === verdict;
    return isSameVerdict(verdict, other);
  }

  #verdictAt(i: number): Verdict | undefined {
    const verdict = this.verdicts[i];
    return typeof verdict === "string" ? { kind: "goto", chain: verdict } : verdict;
  }
}

/** The parts of a key: behind others the last one is a port. */
function keyOfText(text: string): NftElement["key"] {
  const parts = text.split(" . ");
  return parts.length === 1 ? parts : [...parts.slice(0, -1), Number(parts.at(-1))];
}

/** Elements by container; a later element takes the place of an earlier one of the same key. */
export class ElementTable {
  readonly #containers = new Map<string, Columns>();

  /** `key`: a port stands last in it, and not alone. */
  add(container: string, key: NftElement["key"], { origin, role, verdict, comment }: ElementOptions = {}): void {
    let columns = this.#containers.get(container);
    if (!columns) this.#containers.set(container, (columns = new Columns()));
    columns.keys.push(names.inOnePiece(keyText(key)));
    columns.origins.push(origin);
    columns.roles.push(role);
    columns.verdicts.push(verdict);
    columns.comments.push(comment);
  }

  /** Sorted by key text. */
  elementsOf(container: string): NftElement[] {
    const columns = this.#containers.get(container);
    return columns ? elementsInOrder(columns, orderOfNames(columns.keys)) : [];
  }

  /** The same, only those that service ports of these labels made, or none did; objects are made for no others. */
  elementsOfLabels(container: string, labels: ReadonlySet<string>): NftElement[] {
    const columns = this.#containers.get(container);
    if (!columns) return [];
    const { keys, origins } = columns;
    const isWanted = (origin: NftOrigin | undefined) => !origin || labels.has(origin.label);
    const wanted = new Set<string>();
    for (let i = 0; i < keys.length; i++) if (isWanted(origins[i])) wanted.add(keys[i]!);
    // Also what others add under these keys: it may stand in their place.
    const rows: number[] = [];
    for (let i = 0; i < keys.length; i++) if (wanted.has(keys[i]!)) rows.push(i);
    const order = orderOfNames(rows.map((i) => keys[i]!)).map((n) => rows[n]!);
    return elementsInOrder(columns, order).filter(({ origin }) => isWanted(origin));
  }

  /**
   * Whether these, by key, are all there are, with their verdicts; of those that wanted one place, the one that has it. No
   * element is made for it.
   */
  hasJust(container: string, others: ReadonlyMap<string, Pick<NftElement, "verdict">>): boolean {
    const columns = this.#containers.get(container);
    if (!columns) return others.size === 0;
    const { keys } = columns;
    if (keys.length < others.size) return false;
    const seen = new Set<string>();
    // The last one has its place.
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i]!;
      if (seen.has(key)) continue;
      const other = others.get(key);
      if (!other || !columns.hasVerdict(i, other.verdict)) return false;
      seen.add(key);
    }
    return seen.size === others.size;
  }

  /** The same, as `printElement` prints them. */
  *textsOf(container: string): Iterable<string> {
    const columns = this.#containers.get(container);
    if (!columns) return;
    const order = orderOfNames(columns.keys);
    for (let n = 0; n < order.length; n++) {
      const i = order[n]!;
      const next = order[n + 1];
      if (next === undefined || columns.keys[next] !== columns.keys[i]) yield columns.textAt(i);
    }
  }
}

/** The elements of some rows, given in the order of their keys: of one key the last, with its rivals. */
function elementsInOrder(columns: Columns, order: Iterable<number>): NftElement[] {
  const elements: NftElement[] = [];
  let last: string | undefined;
  for (const i of order) {
    const element = columns.elementAt(i);
    if (columns.keys[i] === last) elements.push(inPlaceOf(elements.pop()!, element));
    else elements.push(element);
    last = columns.keys[i];
  }
  return elements;
}

/** The element with those that wanted its place for another service port. */
function inPlaceOf(earlier: NftElement, element: NftElement): NftElement {
  const claimed = element.verdict && earlier.origin?.label !== element.origin?.label;
  const rivals = claimed ? [...(earlier.rivals ?? []), earlier] : earlier.rivals;
  return rivals ? { ...element, rivals } : element;
}

/**
 * The elements of one service port. `reachable`: the endpoints any of its chains may send to. Where two services claim one
 * address and port, the one visited later has it, as in kube-proxy (whose order is random).
 */
export function addElements(
  table: ElementTable,
  plan: ServicePortPlan,
  reachable: readonly Endpoint[],
  context: TableContext,
): void {
  const { port, protocol, origin, refusal } = plan;
  const refused = { verdict: refusal, comment: shortComment(port.name, context.input.features) };
  const add = (
    container: string,
    role: Role,
    key: NftElement["key"],
    { verdict, comment }: Pick<ElementOptions, "verdict" | "comment">,
  ) => table.add(container, key, { origin, role, verdict, ...(comment !== undefined && { comment }) });
  add(names.CLUSTER_IPS, "cluster-ip", [port.clusterIP], {});
  const internal = [port.clusterIP, protocol, port.port];
  if (plan.hasInternal && plan.internalTarget !== undefined)
    add(names.SERVICE_IPS, "cluster-ip", internal, { verdict: plan.internalTarget });
  else add(names.NO_ENDPOINT_SERVICES, "cluster-ip", internal, refused);

  const { externalChain } = plan;
  const addExternal = (role: Role, key: NftElement["key"], forward: string, refuse: string) => {
    if (externalChain !== undefined) add(forward, role, key, { verdict: externalChain });
    if (!plan.hasExternal) add(refuse, role, key, refused);
  };
  const addAddress = (role: Role, address: string) =>
    addExternal(role, [address, protocol, port.port], names.SERVICE_IPS, names.NO_ENDPOINT_SERVICES);
  for (const address of port.externalIPs) addAddress("external-ip", address);
  for (const address of port.loadBalancerVIPs) {
    addAddress("load-balancer-ip", address);
    const { firewallChain: verdict } = plan;
    if (verdict !== undefined) add(names.FIREWALL_IPS, "load-balancer-ip", [address, protocol, port.port], { verdict });
  }
  if (port.nodePort !== 0) {
    const key = [protocol, port.nodePort];
    addExternal("node-port", key, names.SERVICE_NODEPORTS, names.NO_ENDPOINT_NODEPORTS);
    const verdict = names.localhostRejectChain(protocol);
    if (context.rejectedOnLocalhost.includes(protocol))
      add(names.LOCALHOST_NODEPORT_REJECT_PORTS, "node-port", key, { verdict });
  }
  if (!context.input.features.nftHairpinSet) return;
  for (const endpoint of reachable)
    if (endpoint.local)
      table.add(names.HAIRPIN_CONNECTIONS, [endpoint.ip, endpoint.ip, protocol, endpoint.port], { origin });
}
