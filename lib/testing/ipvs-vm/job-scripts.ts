/** Shell scripts that jobs on the kernel run. */
import type { IPFamily } from "../../net/ip.js";

/** Words that depend on the family. */
function wordsOf(family: IPFamily) {
  return family === "IPv4"
    ? { iptables: "iptables", length: 32, route: `ip route` }
    : { iptables: "ip6tables", length: 128, route: `ip -6 route` };
}

/** A host with a way to everywhere: ipvsadm takes no real server that it has no route to. */
export function hostScript(family: IPFamily, addresses: readonly string[] = []): string {
  const { route, length } = wordsOf(family);
  return [
    "set -eu",
    `ip link set lo up`,
    `ip link add eth0 type dummy`,
    `ip link set eth0 up`,
    ...addresses.map((address) => `ip addr add ${address}/${length} dev eth0`),
    `${route} add default dev eth0`,
    "",
  ].join("\n");
}

/** Loads the artifacts iptables.txt and jumps.txt (as restore text), ipset.txt, ipvsadm.txt, addresses.txt as they are. */
export function loadArtifacts(family: IPFamily): string {
  const { iptables, length } = wordsOf(family);
  return [
    "ipset restore <ipset.txt",
    `ip link add kube-ipvs0 type dummy`,
    `sed -n "s|..*|addr add &/${length} dev kube-ipvs0|p" addresses.txt | ip -batch -`,
    `[ -z "$(sed '/^$/d' ipvsadm.txt)" ] || ipvsadm -R <ipvsadm.txt`,
    `${iptables}-restore --noflush <iptables.txt`,
    `${iptables}-restore --noflush <jumps.txt`,
    "",
  ].join("\n");
}

/** Puts a node into the state of listings: ipset.txt, ipvsadm.txt, iptables.txt (whole tables), addresses.txt (one a line). */
export function loadListings(family: IPFamily, hasDevice: boolean): string {
  const { iptables, length } = wordsOf(family);
  return [
    "ipset restore <ipset.txt",
    ...(hasDevice ? [`ip link add kube-ipvs0 type dummy`] : []),
    `sed -n "s|..*|addr add &/${length} dev kube-ipvs0|p" addresses.txt | ip -batch -`,
    `[ -z "$(sed '/^$/d' ipvsadm.txt)" ] || ipvsadm -R <ipvsadm.txt`,
    `${iptables}-restore <iptables.txt`,
    "",
  ].join("\n");
}

/** The listings that are compared most often. */
export function listBriefly(family: IPFamily): string {
  return [
    "ipvsadm -S -n >out/ipvsadm-save.txt",
    "ipset save >out/ipset-save.txt",
    `${wordsOf(family).iptables}-save >out/iptables-save.txt`,
    `ip addr show >out/ip-addr.txt`,
    "",
  ].join("\n");
}

/** Every other form a listing may have. */
export function listInEveryForm(family: IPFamily): string {
  const { iptables } = wordsOf(family);
  return [
    "ipvsadm -Ln >out/ipvsadm-Ln.txt",
    "ipvsadm -Ln --stats >out/ipvsadm-stats.txt",
    "ipvsadm -Ln --rate >out/ipvsadm-rate.txt",
    "ipvsadm -Ln --persistent-conn >out/ipvsadm-persistent-conn.txt",
    "ipvsadm -Ln --thresholds >out/ipvsadm-thresholds.txt",
    "ipset list >out/ipset-list.txt",
    "ipset list -t >out/ipset-terse.txt",
    `ip -o addr show >out/ip-o-addr.txt`,
    `ip -br addr show >out/ip-br-addr.txt`,
    `ip -j addr show >out/ip-j-addr.txt`,
    `${iptables}-save -c >out/iptables-save-c.txt`,
    `for table in nat filter; do echo "Table: $table"; ${iptables} -t $table -S; done >out/iptables-S.txt`,
    `for table in nat filter; do echo "Table: $table"; ${iptables} -t $table -nvxL; done >out/iptables-nvxL.txt`,
    "",
  ].join("\n");
}
