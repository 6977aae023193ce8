/** The shell script beside the artifacts of `compile --mode ipvs --out DIR`. */
import { BUILT_IN_JUMPS } from "../backends/ipvs/jumps.js";
import { schedulerOf } from "../backends/ipvs/virtual-servers.js";
import type { ProxyConfig } from "../config/proxy-config.js";

/**
 * Lines of a POSIX shell script that loads ipset, addresses, ipvsadm and iptables texts of both families from its own
 * directory, in the order their parts depend on each other, with the sysctls of the configuration.
 * It may be run again: sets and virtual servers of the texts are replaced, others stay.
 * Source of the order: kube-proxy pkg/proxy/ipvs/proxier.go; of the sysctls: newProxier in the same file.
 */
export function* renderApplyScript(config: ProxyConfig): Generator<string> {
  const { scheduler } = schedulerOf(config);
  yield* HEAD;
  yield "";
  yield "# The kernel modules: IPVS with the scheduler in use. Built in or loaded already is as good.";
  // A name that is none is refused before; a script is no place to rely on that.
  const module = /^[a-z0-9_-]+$/.test(scheduler) ? ` ip_vs_${scheduler}` : "";
  yield `modprobe -a ip_vs${module} nf_conntrack 2>/dev/null || true`;
  yield "";
  yield* sysctlLines(config);
  yield* timeoutLines(config);
  yield* DEVICE;
  yield "";
  yield* LOAD_FAMILY;
  yield* jumpLines();
  yield "}";
  yield "";
  yield "load_family ipv4 iptables 32";
  yield "# A node without IPv6 has no table for it.";
  yield "if [ -e /proc/net/if_inet6 ]; then load_family ipv6 ip6tables 128; fi";
}

const HEAD = [
  "#!/bin/sh",
  "# Loads what kube-proxy would program in ipvs mode, from the files beside this script.",
  "# For a node on which kube-proxy does not run: it would undo or repeat all of this at its next sync.",
  "# Needs root, ipvsadm, ipset, iptables, ip6tables and ip. It may be run again.",
  "set -eu",
  'cd "$(dirname "$0")"',
];

function* sysctlLines({ ipvs }: ProxyConfig): Generator<string> {
  yield "# Sysctls that kube-proxy sets at its start.";
  yield "sysctl -w net.ipv4.vs.conntrack=1";
  yield "sysctl -w net.ipv4.vs.expire_nodest_conn=1";
  yield "sysctl -w net.ipv4.vs.expire_quiescent_template=1";
  yield "sysctl -w net.ipv4.ip_forward=1";
  yield "# Reused connections lose a second on kernels from 4.1 up to 5.8 unless this is off; later ones must keep it on.";
  yield "case $(uname -r) in";
  yield "  4.[1-9]* | 5.[0-8].* | 5.[0-8]-*) sysctl -w net.ipv4.vs.conn_reuse_mode=0 ;;";
  yield "esac";
  if (ipvs.strictARP) {
    yield "# strictARP: the node answers ARP only for addresses of the interface asked.";
    yield "sysctl -w net.ipv4.conf.all.arp_ignore=1";
    yield "sysctl -w net.ipv4.conf.all.arp_announce=2";
  }
  yield "";
}

function* timeoutLines({ ipvs }: ProxyConfig): Generator<string> {
  const timeouts = [ipvs.tcpTimeoutSeconds, ipvs.tcpFinTimeoutSeconds, ipvs.udpTimeoutSeconds];
  if (timeouts.every((seconds) => seconds === 0)) return;
  yield "# Timeouts of connections in seconds: TCP, TCP after FIN, UDP; 0 keeps what is set.";
  yield `ipvsadm --set ${timeouts.join(" ")}`;
  yield "";
}

const DEVICE = [
  "# The dummy interface holds the virtual addresses, so that the kernel takes packets to them for its own; it stays down.",
  "ip link show kube-ipvs0 >/dev/null 2>&1 || ip link add kube-ipvs0 type dummy",
];

const LOAD_FAMILY = [
  "# jump IPTABLES TABLE FROM TO COMMENT",
  "jump() {",
  '  "$1" -w 5 -t "$2" -C "$3" -m comment --comment "$5" -j "$4" 2>/dev/null ||',
  '    "$1" -w 5 -t "$2" -I "$3" -m comment --comment "$5" -j "$4"',
  "}",
  "",
  "# load_family FAMILY IPTABLES PREFIX",
  "load_family() {",
  '  for artifact in ipset addresses ipvsadm iptables; do [ -e "$artifact.$1.txt" ] || return 0; done',
  "",
  "  # Sets first, since rules name them: made if they are not there, emptied, filled.",
  "  # Entries with a range of length 0 are left out: the kernel takes none, and would stop there.",
  "  {",
  '    sed -n "/^create /p" "ipset.$1.txt"',
  '    sed -n "s/^create \\([^ ]*\\) .*/flush \\1/p" "ipset.$1.txt"',
  '    sed -n "/^add /{/\\/0\\$/!p;}" "ipset.$1.txt"',
  "  } | ipset -exist restore",
  "",
  "  # Addresses of virtual servers.",
  '  sed "s|.*|addr replace &/$3 dev kube-ipvs0|" "addresses.$1.txt" | ip -batch -',
  "",
  "  # Virtual servers: those of the text that are there already go first, with their real servers.",
  "  wanted=$(mktemp)",
  '  sed -n "s/^-A \\(-[a-z-]* [^ ]*\\) .*/-D \\1/p" "ipvsadm.$1.txt" >"$wanted"',
  "  # Without patterns some greps let everything through.",
  '  if [ -s "$wanted" ]; then',
  '    ipvsadm -S -n | sed -n "s/^-A \\(-[a-z-]* [^ ]*\\) .*/-D \\1/p" | grep -Fxf "$wanted" | ipvsadm -R',
  "  fi",
  '  rm -f "$wanted"',
  '  ipvsadm -R <"ipvsadm.$1.txt"',
  "",
  "  # Rules: chains of the text are emptied and filled, others stay.",
  '  "$2-restore" -w 5 --noflush --counters <"iptables.$1.txt"',
  "",
  "  # Jumps from built-in chains, each in front unless it is there already.",
];

/** Comments of kube-proxy's jumps hold nothing that a shell would act on inside double quotes. */
function* jumpLines(): Generator<string> {
  for (const { table, rule } of BUILT_IN_JUMPS) {
    const text = rule.clauses.flatMap((clause) => (clause.kind === "comment" ? [clause.text] : [])).join(" ");
    const chain = rule.target.kind === "jump" ? rule.target.chain : "";
    yield `  jump "$2" ${table} ${rule.chain} ${chain} "${text}"`;
  }
}
