/** One service port with everything that explaining its rules needs. */
import { serviceChainNames, hashInput, endpointChainName } from "../backends/iptables/chain-names.js";
import { endpointNameBase, serviceNameBase, servicePortPath } from "../backends/nftables/names.js";
import type { ServicePortWithEndpoints } from "../backends/input.js";
import type { Service } from "../kube/types.js";
import { canonicalIP } from "../net/ip.js";
import type { EndpointFacts } from "./endpoint-facts.js";
import type { Frontend } from "./frontends.js";

export interface PortSubject extends ServicePortWithEndpoints {
  readonly service: Service;
  readonly facts: readonly EndpointFacts[];
  readonly frontends: readonly Frontend[];
  /** Chain names of the service port and of its endpoints in all modes, to what each is. */
  readonly chains: ReadonlyMap<string, ChainRole>;
}

export interface ChainRole {
  readonly kind: "cluster" | "local" | "external" | "firewall" | "endpoint" | "affinity";
  /** "ip:port" of an endpoint's chain or affinity set. */
  readonly target?: string;
}

/** Names of all chains and affinity sets that the service port can have. */
export function chainRolesOf({ port, endpoints }: ServicePortWithEndpoints): Map<string, ChainRole> {
  const roles = new Map<string, ChainRole>();
  const input = hashInput(port);
  const path = servicePortPath(port);
  const base = serviceNameBase(path);
  const names = serviceChainNames(input);
  for (const kind of ["cluster", "local", "external", "firewall"] as const) {
    roles.set(names[kind], { kind });
    roles.set(`${kind === "cluster" ? "service" : kind}-${base}`, { kind });
  }
  for (const endpoint of endpoints.all) {
    const { target } = endpoint;
    roles.set(endpointChainName(input, target), { kind: "endpoint", target });
    const name = endpointNameBase(path, endpoint);
    roles.set(`endpoint-${name}`, { kind: "endpoint", target });
    roles.set(`affinity-${name}`, { kind: "affinity", target });
  }
  return roles;
}

/** Whether an address of a rule is the one of a frontend. */
export function isAddress(text: string, address: string | undefined): boolean {
  if (address === undefined) return false;
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  return host === address || canonicalIP(host) === canonicalIP(address);
}
