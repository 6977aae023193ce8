/**
 * The part of a capture that runs on a node: a POSIX shell script that prints, as one stream, what the node's tools say.
 * Shape of the stream, one record a tool: "@begin FILE COMMAND", its output with "|" before every line, its errors with
 * "!" before every line, "@end STATUS TIME"; and "@done" at the very end, without which the stream is cut off.
 * It writes no file. `root` is where the node's own files are mounted ("" for: here), `udp_ports` the ports whose
 * connections are listed; both are set in front of it (`renderNodeScript`).
 */
export const NODE_SCRIPT = String.raw`
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
export PATH
LC_ALL=C
export LC_ALL
# As /bin/sh does it, where somebody runs it with zsh.
[ -z "${"$"}{ZSH_VERSION-}" ] || emulate sh
exec 3>&1

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# The node's own tools come first; those of the container this runs in stand in for what the node lacks.
# shellcheck disable=SC2016
has_on_node() { [ -n "$root" ] && chroot "$root" /bin/sh -c 'command -v "$1"' sh "$1" >/dev/null 2>&1; }
has() { has_on_node "$1" || command -v "$1" >/dev/null 2>&1; }
run() {
  if has_on_node "$1"; then chroot "$root" "$@"
  elif command -v "$1" >/dev/null 2>&1; then "$@"
  else
    echo "$1: not found" >&2
    return 127
  fi
}

# capture FILE COMMAND [ARGUMENT...]: one record; the status is the command's.
capture() {
  file=$1
  shift
  case $1 in run) said=$(echo "$*" | cut -c 5-) ;; *) said=$* ;; esac
  printf '@begin %s %s\n' "$file" "$said"
  said=$({ { "$@" 2>&5; echo "@status $?" >&5; } </dev/null | sed 's/^/|/' >&3; } 5>&1)
  code=$(printf '%s\n' "$said" | sed -n 's/^@status //p' | tail -n 1)
  printf '\n'
  printf '%s\n' "$said" | sed -n -e '/^@status /d' -e '/./s/^/!/p' | head -n 5
  printf '@end %s %s\n' "$code" "$(now)"
  [ "$code" = 0 ]
}

# Both flavours of iptables where both are there; the plain program is one of them.
save_rules() {
  if has "$1-nft-save" && has "$1-legacy-save"; then
    capture "$1-nft-save.txt" run "$1-nft-save"
    capture "$1-legacy-save.txt" run "$1-legacy-save"
  else
    capture "$1-save.txt" run "$1-save"
  fi
}

settings() {
  for key in net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv4.conf.all.route_localnet \
    net.ipv4.conf.all.rp_filter net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce \
    net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables \
    net.netfilter.nf_conntrack_max net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_tcp_be_liberal \
    net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_tcp_timeout_close_wait \
    net.netfilter.nf_conntrack_udp_timeout net.netfilter.nf_conntrack_udp_timeout_stream \
    net.ipv4.vs.conntrack net.ipv4.vs.conn_reuse_mode net.ipv4.vs.expire_nodest_conn \
    net.ipv4.vs.expire_quiescent_template net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports; do
    setting=/proc/sys/$(echo "$key" | tr . /)
    if [ -r "$setting" ]; then echo "$key = $(cat "$setting")"; fi
  done
}

versions() {
  echo "kernel: $(uname -r)"
  for tool in iptables ip6tables nft ipset ipvsadm conntrack ip kube-proxy; do
    case $tool in ip) flag=-V ;; *) flag=--version ;; esac
    if has "$tool"; then echo "$tool: $(run "$tool" "$flag" 2>&1 | head -n 1)"; else echo "$tool: not found"; fi
  done
}

fetch() {
  if has curl; then run curl -sf --max-time 5 "$1"
  elif has wget; then run wget -q -T 5 -O - "$1"
  else
    echo "curl and wget: not found" >&2
    return 127
  fi
}
last_sync() { fetch http://127.0.0.1:10249/metrics | grep '^kubeproxy_sync_proxy_rules_' | grep -v _bucket; }

# UDP connections to the ports of Services, which is where stale ones do harm.
udp_connections() {
  run conntrack -L -p udp 2>/dev/null | awk -v ports=" $udp_ports " '{
    for (i = 1; i <= NF; i++) if ($i ~ /^dport=/) {
      if (index(ports, " " substr($i, 7) " ")) print
      next
    }
  }'
}

save_rules iptables
save_rules ip6tables
capture nft-ruleset.json run nft -j list ruleset || capture nft-ruleset.txt run nft list ruleset
# Asking ipvsadm would load the kernel module.
if [ -r /proc/net/ip_vs ]; then capture ipvsadm-save.txt run ipvsadm-save -n; fi
capture ipset-save.txt run ipset save
capture ip-addr.json run ip -j addr || capture ip-addr.txt run ip addr
capture ip-route.json run ip -j route show table all || capture ip-route.txt run ip route show table all
capture ip-rule.json run ip -j rule || capture ip-rule.txt run ip rule
if has conntrack; then
  if [ -n "$udp_ports" ]; then capture conntrack-udp.txt udp_connections; fi
else
  capture conntrack-udp.txt run conntrack -L -p udp
fi
capture sysctl.txt settings
capture versions.txt versions
capture kube-proxy-configz.json fetch http://127.0.0.1:10249/configz
capture kube-proxy-mode.txt fetch http://127.0.0.1:10249/proxyMode
capture kube-proxy-last-sync.txt last_sync
printf '@done\n'
`.trimStart();
