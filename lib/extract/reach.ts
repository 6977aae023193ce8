/** Where packets of a few Services go: what a rule is asked to tell whether it can be met. */
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, Service } from "../kube/types.js";
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { canonicalIP, parseIP } from "../net/ip.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { ServicePort } from "../services/types.js";
import type { Features } from "../config/features.js";

const FAMILIES = ["IPv4", "IPv6"] as const;
const PROTOCOLS = ["tcp", "udp", "sctp"];
const LAST_PORT = 65535;

/** Addresses are in canonical form. Grows while rules are read that send packets elsewhere. */
export class Reach {
  /** "ns/name" */
  readonly names = new Set<string>();
  /** The ports of the Services, of both families. */
  readonly servicePorts: ServicePort[] = [];
  /** Cluster IPs, external IPs, load-balancer VIPs. */
  readonly frontends = new Set<string>();
  /** Where packets go on to: endpoints, and targets of other owners' rules. */
  readonly backends = new Set<string>();
  readonly nodePorts = new Set<number>();
  readonly nodeAddresses = new Set<string>();
  /** Addresses of virtual servers on the node, and how many virtual servers are the Services'. */
  readonly serversSeen = new Set<string>();
  serversMet = 0;
  #learnsFrontends = false;
  readonly #ports = new Set<number>();
  /** "10.1.2.3 80 tcp" */
  readonly #targets = new Set<string>();

  /** Whether rules are made for the Service. */
  addService(service: Service, features: Features): boolean {
    const { namespace = "default", name } = service.metadata;
    const before = this.servicePorts.length;
    this.names.add(`${namespace}/${name}`);
    for (const family of FAMILIES)
      for (const port of buildServicePorts(service, family, features)) {
        this.servicePorts.push(port);
        this.#ports.add(port.port);
        for (const address of frontendsOf(port)) this.frontends.add(address);
        for (const nodePort of nodePortsOf(port)) this.nodePorts.add(nodePort);
      }
    return this.servicePorts.length > before;
  }

  /** A Service that no object tells of: where it is served is learnt from rules that name it. */
  addName(name: string): void {
    this.names.add(name);
    this.#learnsFrontends = true;
  }

  /** Of a rule or an element that names one of the Services. No address: a node port. */
  learnFrontend(address: string | undefined, ports: string | undefined): void {
    const port = Number(ports);
    if (!this.#learnsFrontends || !Number.isInteger(port)) return;
    const ip = address === undefined ? undefined : canonicalIP(address.replace(/\/(?:32|128)$/, ""));
    if (ip !== undefined) {
      this.frontends.add(ip);
      this.#ports.add(port);
    } else if (address === undefined) this.nodePorts.add(port);
  }

  addSlice(slice: EndpointSlice): void {
    const ports = slice.ports ?? [];
    for (const { addresses } of sliceEndpoints(slice))
      for (const address of addresses) {
        this.#backend(address);
        for (const { port, protocol } of ports) if (port) this.#target(address, port, protocol ?? "TCP");
      }
  }

  /** "10.1.2.3:80", "[fd00::1]:80", or only one of the two. */
  addTarget(target: string): void {
    const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?(?:-\d+)?$/.exec(target) ?? [];
    const address = bracketed ?? plain ?? target;
    this.#backend(address);
    if (port !== undefined) for (const protocol of PROTOCOLS) this.#target(address, Number(port), protocol);
  }

  /** Hostnames are passed over. */
  addNodeAddress(address: string): void {
    const canonical = canonicalIP(address);
    if (canonical !== undefined) this.nodeAddresses.add(canonical);
  }

  #target(address: string, port: number, protocol: string): void {
    this.#ports.add(port);
    this.#targets.add(`${canonicalIP(address) ?? address} ${port} ${protocol.toLowerCase()}`);
  }

  /** Whether packets go on to the port of the address, which is in canonical form. */
  goesOnTo(address: string, port: number, protocol: string): boolean {
    return this.#targets.has(`${address} ${port} ${protocol}`);
  }

  #backend(address: string): void {
    const canonical = canonicalIP(address);
    if (canonical !== undefined) this.backends.add(canonical);
  }

  /** Grows when a later reading of the same rules may keep more. */
  get size(): number {
    return this.backends.size + this.#ports.size + this.frontends.size + this.nodePorts.size;
  }

  /** Whether the text names one of the Services, as comments and names of chains do. */
  isNamedIn(text: string): boolean {
    for (const name of this.names) {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        const around = (text[at - 1] ?? " ") + (text[at + name.length] ?? " ");
        if (!/^[A-Za-z0-9.]|[A-Za-z0-9.-]$/.test(around)) return true;
      }
    }
    return false;
  }

  /** Whether a packet may have a destination in the network: "10.0.0.1", "10.0.0.0/8", "10.0.0.1-10.0.0.9" for all. */
  mayGoTo(network: string): boolean {
    const [address = "", prefix] = network.split("/");
    if (prefix === undefined || prefix === "32" || prefix === "128") {
      const ip = canonicalIP(address);
      return ip === undefined || this.frontends.has(ip) || this.backends.has(ip) || this.#isOfNode(ip);
    }
    const cidr = parseCIDR(network);
    if (!cidr) return true;
    const contains = (text: string) => cidrContains(cidr, parseIP(text)!);
    if (this.nodePorts.size > 0 && [...this.nodeAddresses].some(contains)) return true;
    return [...this.frontends].some(contains) || [...this.backends].some(contains);
  }

  #isOfNode(ip: string): boolean {
    return this.nodePorts.size > 0 && (this.nodeAddresses.has(ip) || ip.startsWith("127.") || ip === "::1");
  }

  /** Whether a packet may have a destination port among "80", "80,443", "30000:32767" or "30000-32767". */
  mayHavePort(ports: string): boolean {
    return ports.split(",").some((part) => {
      const [first, last] = part.trim().split(/[:-]/);
      const low = first === "" ? 0 : Number(first);
      const high = last === undefined ? low : last === "" ? LAST_PORT : Number(last);
      // A name of /etc/services.
      if (Number.isNaN(low) || Number.isNaN(high)) return true;
      if (low === high) return this.#ports.has(low) || this.nodePorts.has(low);
      return [...this.#ports, ...this.nodePorts].some((port) => port >= low && port <= high);
    });
  }
}

/** Every address at which a port is served. */
export function frontendsOf({ clusterIP, externalIPs, loadBalancerVIPs }: ServicePort): string[] {
  return [clusterIP, ...externalIPs, ...loadBalancerVIPs].flatMap((address) => canonicalIP(address) ?? []);
}

/** Ports that are served at the node's own addresses. */
export function nodePortsOf({ nodePort, healthCheckNodePort }: ServicePort): number[] {
  return [nodePort, healthCheckNodePort].filter((port) => port !== 0);
}
