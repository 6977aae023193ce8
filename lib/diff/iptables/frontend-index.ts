/** Which frontends a rule for a network or a port may take, without looking at all of them. */
import { addressBits, parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import { firstPlace } from "../../util/first-place.js";
import type { KubeRule } from "./kube-rule.js";

interface AtAddress {
  readonly value: bigint;
  readonly rules: readonly KubeRule[];
}

export class FrontendIndex {
  private readonly all: readonly KubeRule[];
  /** By address; of one family. */
  private readonly sorted: readonly AtAddress[];
  private readonly byPort = new Map<string, KubeRule[]>();

  /** `byPlace`: by address or, for a node port, by "*:PORT". */
  constructor(byPlace: ReadonlyMap<string, readonly KubeRule[]>) {
    const sorted: AtAddress[] = [];
    for (const [place, rules] of byPlace) {
      const ip = place.startsWith("*:") ? undefined : parseIP(place);
      if (ip) sorted.push({ value: ip.value, rules });
      for (const rule of rules) this.addPort(rule);
    }
    this.all = [...byPlace.values()].flat();
    this.sorted = sorted.sort((a, b) => (a.value < b.value ? -1 : Number(a.value > b.value)));
  }

  private addPort(rule: KubeRule): void {
    const port = portOf(rule.clauses) ?? "";
    const known = this.byPort.get(port);
    if (known) known.push(rule);
    else this.byPort.set(port, [rule]);
  }

  /**
   * All that a rule may take, and others. Node ports are asked for at addresses of the node, for which a rule with a network of
   * destinations need not hold.
   */
  candidatesFor(clauses: readonly Clause[]): readonly KubeRule[] {
    const destination = clauses.find((clause) => clause.kind === "destination");
    if (destination?.kind !== "destination") return this.atPorts(clauses) ?? this.all;
    if (!destination.negated) return this.within(destination.address);
    const hasAddress = (rule: KubeRule) => rule.clauses.some(({ kind }) => kind === "destination");
    return this.atPorts(clauses)?.filter(hasAddress) ?? this.sorted.flatMap(({ rules }) => rules);
  }

  /** Undefined where the conditions name no ports one by one. */
  private atPorts(clauses: readonly Clause[]): readonly KubeRule[] | undefined {
    const ports = portOf(clauses)?.split(",");
    if (!ports?.every((port) => /^\d+$/.test(port))) return undefined;
    return [...new Set(ports)].flatMap((port) => this.byPort.get(port) ?? []);
  }

  private within(network: string): readonly KubeRule[] {
    const range = rangeOf(network);
    // A mask with holes.
    if (!range) return this.sorted.flatMap(({ rules }) => rules);
    const found: KubeRule[] = [];
    const first = firstPlace(this.sorted.length, (place) => this.sorted[place]!.value >= range.first);
    for (let i = first; i < this.sorted.length && this.sorted[i]!.value <= range.last; i++)
      found.push(...this.sorted[i]!.rules);
    return found;
  }
}

function rangeOf(network: string): { readonly first: bigint; readonly last: bigint } | undefined {
  const ip = parseIP(network);
  if (ip) return { first: ip.value, last: ip.value };
  const cidr = parseCIDR(network);
  if (!cidr) return undefined;
  const size = 1n << BigInt(addressBits(parseIP(network.split("/")[0]!)!.family) - cidr.prefix);
  return { first: cidr.base, last: cidr.base + size - 1n };
}

/** The ports that conditions ask for: "80", "80,443", "80:90". */
function portOf(clauses: readonly Clause[]): string | undefined {
  for (const clause of clauses)
    if (clause.kind === "multiport" && clause.side === "destination" && !clause.negated) return clause.ports;
    else if (clause.kind === "transport" && clause.destinationPort && !clause.destinationPort.negated)
      return clause.destinationPort.ports;
  return undefined;
}
