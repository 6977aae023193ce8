/** The chains of a service port's endpoints. */
import type { Endpoint } from "../../endpoints/types.js";
import { joinHostPort } from "../../net/ip.js";
import type { ServicePort } from "../../services/types.js";
import { endpointChainName, hashInput } from "./chain-names.js";

/**
 * Endpoints as rules need them, each at the same index of its lists. A large cluster has hundreds of thousands; what is
 * kept of each until its rules are printed is kept small, and what can be made again is not kept.
 */
export interface EndpointChains {
  readonly ips: readonly string[];
  /** Names; to be asked for once, not in a loop. */
  readonly chains: readonly string[];
  /** Port of all of them, whose targets are made of `ips` and this. */
  readonly port: number;
  /** The targets where they are not. */
  readonly targets: readonly string[] | undefined;
  /** Lets go of the names, which are made again when somebody asks for them. */
  readonly forgetNames?: () => void;
}

/** Endpoint chains as made for another node of the cluster, by what their hashes start from. */
export type KnownChains = Map<string, EndpointChains>;

/** Where the chain of an endpoint sends to. */
export function targetOf({ ips, port, targets }: EndpointChains, i: number): string {
  return targets ? targets[i]! : joinHostPort(ips[i]!, port);
}

/** `known`: chains of targets that are already made; each is hashed once. */
export function chainsOf(
  endpoints: readonly Endpoint[],
  input: string,
  known?: ReadonlyMap<string, string>,
): EndpointChains {
  const chains = endpoints.map(({ target }) => known?.get(target) ?? endpointChainName(input, target));
  const { ips, port, targets } = unnamed(endpoints);
  return { ips, chains, port, targets };
}

/** All but the names. */
function unnamed(endpoints: readonly Endpoint[]): Omit<EndpointChains, "chains"> {
  const port = endpoints[0]?.port ?? 0;
  const areAlike = endpoints.every((endpoint) => endpoint.port === port && endpoint.host === endpoint.ip);
  // Arrays made by map take no more room than they need.
  return {
    ips: endpoints.map(({ ip }) => ip),
    port,
    targets: areAlike ? undefined : endpoints.map(({ target }) => target),
  };
}

/** The same as `chainsOf`, but that names are hashed when they are asked for. `all`: of all endpoints of the service port. */
export class LateChains implements EndpointChains {
  readonly ips: readonly string[];
  readonly port: number;
  readonly targets: readonly string[] | undefined;
  private names: readonly string[] | undefined;

  constructor(
    private readonly servicePort: ServicePort,
    endpoints: readonly Endpoint[],
    private readonly all?: EndpointChains,
  ) {
    const { ips, port, targets } = unnamed(endpoints);
    this.ips = ips;
    this.port = port;
    this.targets = targets;
  }

  get chains(): readonly string[] {
    this.names ??= this.makeNames();
    return this.names;
  }

  forgetNames(): void {
    this.names = undefined;
  }

  private makeNames(): readonly string[] {
    const { all } = this;
    const input = hashInput(this.servicePort);
    const known = all && new Map(all.chains.map((name, i) => [targetOf(all, i), name]));
    return this.ips.map((_, i) => {
      const target = targetOf(this, i);
      return known?.get(target) ?? endpointChainName(input, target);
    });
  }
}

/**
 * Endpoint chains that are kept from node to node: their names, which are all as long, as one text, half of what texts of their own
 * take. Names are cut out when they are asked for. Addresses are the texts that the cluster's slices hold.
 */
class PackedChains implements EndpointChains {
  readonly ips: readonly string[];
  readonly port: number;
  readonly targets: readonly string[] | undefined;
  private readonly packed: string;
  private names: readonly string[] | undefined;

  constructor({ ips, chains, port, targets }: EndpointChains) {
    this.ips = ips;
    this.port = port;
    this.targets = targets;
    this.packed = chains.join("");
  }

  get chains(): readonly string[] {
    const { packed, ips } = this;
    const length = packed.length / ips.length;
    this.names ??= ips.map((_, i) => packed.slice(i * length, (i + 1) * length));
    return this.names;
  }

  forgetNames(): void {
    this.names = undefined;
  }
}

/** The chains of another node where these are the same endpoints; hashing takes longer than to see that. */
export function knownOrNew(
  endpoints: readonly Endpoint[],
  input: string,
  known: KnownChains | undefined,
): EndpointChains {
  const before = known?.get(input);
  if (before && areOf(before, endpoints)) return before;
  const made = chainsOf(endpoints, input);
  if (!known) return made;
  const packed = new PackedChains(made);
  known.set(input, packed);
  return packed;
}

function areOf({ ips, port, targets }: EndpointChains, endpoints: readonly Endpoint[]): boolean {
  if (ips.length !== endpoints.length) return false;
  return endpoints.every((own, i) => {
    if (own.ip !== ips[i]) return false;
    return targets ? own.target === targets[i] : own.port === port && own.host === own.ip;
  });
}
