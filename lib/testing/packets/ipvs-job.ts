/**
 * The cluster of the packet tests inside the virtual machine, whose kernel has ip_vs: the same addresses, built by a
 * shell script; `vm-agent.pl` serves and connects, one connection after the other.
 */
import type { IPFamily } from "../../net/ip.js";
import { ADDRESSES, GATEWAY, PLACES, SERVER_PORT, type Place } from "./network.js";

export interface Attempt {
  readonly place: Place;
  readonly protocol: "tcp" | "udp";
  /** Undefined: as the kernel chooses. */
  readonly source: string | undefined;
  readonly destination: string;
  readonly port: number;
  readonly count: number;
  /** How long one waits for an answer. */
  readonly seconds: number;
}

/** Above all ports that are served. */
const FIRST_CLIENT_PORT = 40_000;

/**
 * The first port of each attempt, so that no port comes twice: what comes from a port that IPVS remembers goes where it
 * went before, without its turn.
 */
function firstPorts(attempts: readonly Attempt[]): number[] {
  let next = FIRST_CLIENT_PORT;
  return attempts.map(({ count }) => {
    const first = next;
    next += count;
    return first;
  });
}

/**
 * `job`: a name of its own for the job's namespaces. Its directory holds vm-agent.pl and the texts of the artifacts.
 * Leaves out/results.txt: for each connection the number of its attempt, from 0, and "PLACE SOURCE", refused or
 * silent.
 */
export function packetJobScript(job: string, family: IPFamily, attempts: readonly Attempt[]): string {
  const six = family === "IPv6";
  const length = six ? 128 : 32;
  const ip = six ? "ip -6" : "ip";
  const iptables = six ? "ip6tables" : "iptables";
  const inside = (place: Place) => (place === "node" ? "" : `ip netns exec ${job}-${place} `);
  const nodad = six ? " nodad" : "";
  const own = (place: Place): string => ADDRESSES[place][family];
  const addressesOf = (place: Place) => (place === "outside" ? [own(place), ADDRESSES.stranger[family]] : [own(place)]);
  const connect = PLACES.filter((place) => place !== "node").flatMap((place) => {
    const near = `to-${place}`;
    const there = `${job}-${place}`;
    const onNode = place === "outside" ? ADDRESSES.node[family] : GATEWAY[family];
    return [
      `ip netns add ${there}`,
      `ip link add ${near} type veth peer name eth0 netns ${there}`,
      `ip link set ${near} up`,
      `${inside(place)}ip link set lo up`,
      `${inside(place)}ip link set eth0 up`,
      `ip addr add ${onNode}/${length} dev ${near}${nodad}`,
      ...addressesOf(place).flatMap((address) => [
        `${inside(place)}ip addr add ${address}/${length} dev eth0${nodad}`,
        `${ip} route add ${address}/${length} dev ${near} src ${ADDRESSES.node[family]}`,
      ]),
      `${inside(place)}${ip} route add ${onNode}/${length} dev eth0`,
      `${inside(place)}${ip} route add default via ${onNode}`,
      ...(place === "outside" ? [`${ip} route add default dev ${near} src ${ADDRESSES.node[family]}`] : []),
    ];
  });
  const serve = PLACES.map((place) => `${inside(place)}perl vm-agent.pl serve ${place} ${own(place)} ${SERVER_PORT}`);
  const ports = firstPorts(attempts);
  const runs = attempts.flatMap(({ place, protocol, source, destination, port, count, seconds }, number) => {
    const what = [protocol, destination, port, count, seconds, ports[number], source ?? ""].join(" ").trimEnd();
    return [
      `${inside(place)}perl vm-agent.pl send ${what} >answers.txt`,
      `sed "s/^/${number} /" answers.txt >>out/results.txt`,
    ];
  });
  return [
    "set -eu",
    "ip link set lo up",
    // A namespace of its own starts with the settings of the first one.
    "for setting in net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/ipv4/vs/conntrack; do echo 1 >/proc/sys/$setting; done",
    "for setting in net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter net/ipv4/icmp_ratelimit net/ipv6/icmp/ratelimit net/ipv6/conf/all/accept_dad net/ipv6/conf/default/accept_dad; do echo 0 >/proc/sys/$setting; done",
    `ip addr add ${ADDRESSES.node[family]}/${length} dev lo${nodad}`,
    ...connect,
    ...serve,
    "ipset restore <ipset.txt",
    "ip link add kube-ipvs0 type dummy",
    `sed "s|.*|addr add &/${length} dev kube-ipvs0|" addresses.txt | ip -batch -`,
    "ipvsadm -R <ipvsadm.txt",
    `${iptables}-restore <iptables.txt`,
    ...runs,
    "",
  ].join("\n");
}
