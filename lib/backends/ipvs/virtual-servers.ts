/** The virtual servers of all service ports. */
import type { Frontend } from "./frontends.js";
import type { RealServers } from "./real-servers.js";
import type { ProxyConfig } from "../../config/proxy-config.js";
import { sortVirtualServers } from "../../rulesets/ipvs/order.js";
import type { IPVSProtocol, VirtualServer } from "../../rulesets/ipvs/types.js";
import type { ServicePort } from "../../services/types.js";

/** Two service ports that claim one address, port and protocol: which wins is left to chance by kube-proxy. */
export interface VirtualServerConflict {
  readonly frontend: Frontend;
  readonly first: ServicePort;
  readonly second: ServicePort;
}

/** The lower-case protocol of a service port. */
export function protocolOf(port: ServicePort): IPVSProtocol {
  return port.protocol === "TCP" ? "tcp" : port.protocol === "UDP" ? "udp" : "sctp";
}

/** The scheduler and the flags it is given; source hashing gets none. Source: kube-proxy pkg/proxy/ipvs/proxier.go. */
export function schedulerOf(config: ProxyConfig): { readonly scheduler: string; readonly flags: readonly string[] } {
  const scheduler = config.ipvs.scheduler === "" ? "rr" : config.ipvs.scheduler;
  return { scheduler, flags: scheduler === "mh" ? ["mh-port"] : [] };
}

/** Gathers virtual servers; of two with one address, port and protocol the later one stays, as in one sync of kube-proxy. */
export class VirtualServerTable {
  readonly conflicts: VirtualServerConflict[] = [];
  readonly #servers = new Map<string, VirtualServer>();
  readonly #scheduler: string;
  readonly #flags: readonly string[];

  constructor(config: ProxyConfig) {
    ({ scheduler: this.#scheduler, flags: this.#flags } = schedulerOf(config));
  }

  add(port: ServicePort, frontend: Frontend, realServers: RealServers): void {
    const protocol = protocolOf(port);
    const key = `${protocol} ${frontend.address} ${frontend.port}`;
    const earlier = this.#servers.get(key)?.origin?.ref as ServicePort | undefined;
    if (earlier !== undefined && earlier !== port) this.conflicts.push({ frontend, first: earlier, second: port });
    this.#servers.set(key, {
      protocol,
      address: frontend.address,
      port: frontend.port,
      scheduler: this.#scheduler,
      flags: this.#flags,
      persistenceSeconds: port.affinitySeconds,
      realServers: frontend.role === "cluster-ip" ? realServers.internal : realServers.external,
      origin: { label: port.name, role: frontend.role, ref: port },
    });
  }

  /** By protocol number, address, port. */
  sorted(): VirtualServer[] {
    return sortVirtualServers(this.#servers.values());
  }
}
