/** IPVS state as the texts its tools read, line by line. */
import { joinHostPort } from "../../net/ip.js";
import type { Forwarding, IPSet, IPVSProtocol, IPVSState, RealServer, VirtualServer } from "./types.js";

const PROTOCOL_OPTIONS: Readonly<Record<IPVSProtocol, string>> = { tcp: "-t", udp: "-u", sctp: "--sctp-service" };

/** "local" is how a route to the host itself is listed; ipvsadm takes it as a route. */
const FORWARDING_OPTIONS: Readonly<Record<Forwarding, string>> = {
  masquerade: "-m",
  route: "-g",
  tunnel: "-i",
  local: "-g",
};

/** "-t 10.96.0.1:443": what names a virtual server. */
export function serviceOption({
  protocol,
  address,
  port,
}: Pick<VirtualServer, "protocol" | "address" | "port">): string {
  return `${PROTOCOL_OPTIONS[protocol]} ${joinHostPort(address, port)}`;
}

/** " -s rr -p 10800 -b mh-port", with what is not set left out. */
export function serviceAttributes(server: VirtualServer): string {
  let text = ` -s ${server.scheduler}`;
  if (server.persistenceSeconds !== undefined) text += ` -p ${server.persistenceSeconds}`;
  if (server.persistenceMask !== undefined) text += ` -M ${server.persistenceMask}`;
  if (server.persistenceEngine !== undefined) text += ` --pe ${server.persistenceEngine}`;
  if (server.onePacket) text += " -o";
  if (server.flags.length > 0) text += ` -b ${server.flags.join(",")}`;
  return text;
}

/** " -r 10.244.1.5:8080 -m -w 1". */
export function realServerAttributes({ address, port, forwarding, weight }: RealServer): string {
  return " -r " + joinHostPort(address, port) + " " + FORWARDING_OPTIONS[forwarding] + " -w " + weight;
}

/** Commands for `ipvsadm -R`, in the form of `ipvsadm-save -n`: each virtual server, then its real servers. */
export function* ipvsadmLines(servers: Iterable<VirtualServer>): Generator<string> {
  for (const server of servers) {
    const service = serviceOption(server);
    yield `-A ${service}${serviceAttributes(server)}`;
    const add = "-a " + service;
    for (const realServer of server.realServers) yield add + realServerAttributes(realServer);
  }
}

/** The line that makes a set: as kube-proxy makes it, but for limits that were read off a node. */
export function createSetLine({ name, type, family, limits = {} }: Omit<IPSet, "entries">): string {
  const { range = [0, 65535], maxelem = 65536, timeout, netmask } = limits;
  const size = family === undefined ? `range ${range.join("-")}` : `family ${family} hashsize 1024 maxelem ${maxelem}`;
  const others =
    (netmask === undefined ? "" : ` netmask ${netmask}`) + (timeout === undefined ? "" : ` timeout ${timeout}`);
  return `create ${name} ${type} ${size}${others}`;
}

/** Text for `ipset restore`: each set, then its entries. */
export function* ipsetLines(sets: Iterable<IPSet>): Generator<string> {
  for (const set of sets) {
    yield createSetLine(set);
    const add = "add " + set.name + " ";
    for (const { text } of set.entries) yield add + text;
  }
}

/** The addresses of kube-ipvs0, one a line. */
export function* addressLines({ addresses }: Pick<IPVSState, "addresses">): Generator<string> {
  for (const { address } of addresses) yield address;
}
