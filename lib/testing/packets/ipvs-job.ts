/**
 * The cluster of the packet tests inside the virtual machine, whose kernel has ip_vs: the same addresses, built by a
 * shell script; busybox's httpd serves and its wget connects, one connection after the other.
 */
import type { IPFamily } from "../../net/ip.js";
import { ADDRESSES, GATEWAY, PLACES, SERVER_PORT, type Place } from "./network.js";

export interface Attempt {
  /** Undefined: the node itself. */
  readonly place: Place;
  readonly destination: string;
  readonly port: number;
  readonly count: number;
}

const SILENCE_SECONDS = 2;

/**
 * `job`: a name of its own for the job's namespaces.
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
  const bracketed = (address: string) => (six ? `[${address}]` : address);
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
      `${inside(place)}ip addr add ${own(place)}/${length} dev eth0${nodad}`,
      `${ip} route add ${own(place)}/${length} dev ${near} src ${ADDRESSES.node[family]}`,
      `${inside(place)}${ip} route add ${onNode}/${length} dev eth0`,
      `${inside(place)}${ip} route add default via ${onNode}`,
      ...(place === "outside" ? [`${ip} route add default dev ${near} src ${ADDRESSES.node[family]}`] : []),
    ];
  });
  const serve = PLACES.flatMap((place) => [
    `mkdir -p www-${place}/cgi-bin`,
    `printf '#!/bin/sh\\nprintf "Content-type: text/plain\\\\n\\\\n"\\necho "${place} $REMOTE_ADDR"\\n' >www-${place}/cgi-bin/who`,
    `chmod +x www-${place}/cgi-bin/who`,
    `${inside(place)}httpd -p '${bracketed(own(place))}:${SERVER_PORT}' -h "$PWD/www-${place}"`,
  ]);
  const runs = attempts.map(({ place, destination, port, count }, number) => {
    const url = `http://${bracketed(destination)}:${port}/cgi-bin/who`;
    return `attempt ${number} ${count} ${inside(place)}timeout ${SILENCE_SECONDS} wget -q -O - '${url}'`;
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
    "attempt() {",
    "  number=$1 left=$2",
    "  shift 2",
    '  while [ "$left" -gt 0 ]; do',
    "    left=$((left - 1)) status=0",
    '    answer=$("$@" 2>error.txt) || status=$?',
    '    if [ "$status" -eq 0 ]; then echo "$number $answer"',
    '    elif grep -q refused error.txt; then echo "$number refused"',
    '    elif [ "$status" -eq 143 ] || [ "$status" -eq 124 ]; then echo "$number silent"',
    '    else echo "$number error $status $(cat error.txt)"; fi >>out/results.txt',
    "  done",
    "}",
    ...runs,
    "",
  ].join("\n");
}
