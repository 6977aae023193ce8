#!/usr/bin/env bash
# Runs jobs as root on a Debian kernel with ip_vs, in qemu: for kernel tests on machines whose own kernel has no ip_vs.
#
#   ipvs-vm.sh CACHE-DIR JOBS-DIR OUT-DIR    runs the jobs
#   ipvs-vm.sh CACHE-DIR                     only fetches the kernel into the cache
#
# JOBS-DIR/NAME/run.sh runs in a network namespace of its own, with JOBS-DIR/NAME as its directory; what it leaves in
# out/ comes back as OUT-DIR/NAME/, together with log.txt (what it printed) and status (its exit status).
# One boot serves all jobs and takes about 5 s without hardware acceleration. CACHE-DIR keeps the kernel between runs.
# On PATH inside: dash as sh, ipvsadm, ipset, iptables, ip6tables (nf_tables) with -save and -restore, ip, busybox, and
# perl with what Debian's perl-base has.
#
# Needs Debian packages: qemu-system-x86 busybox-static cpio kmod ipvsadm ipset iptables iproute2 netbase perl-base
# and, once, the package source for the kernel (apt-get download; nothing is installed).
set -euo pipefail

readonly TOOLS=(dash flock perl ipvsadm ipset xtables-nft-multi ip)
readonly IPTABLES_NAMES=(iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore)
readonly MODULES=(
  nf_conntrack nf_nat nf_tables nft_compat nft_chain_nat nft_ct nft_nat nft_masq nft_reject_ipv4 nft_reject_ipv6
  br_netfilter xt_physdev xt_set xt_ipvs xt_comment xt_mark xt_nat xt_MASQUERADE xt_addrtype xt_conntrack
  ipt_REJECT ip6t_REJECT dummy veth ip_vs ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_sh ip_vs_mh ip_vs_sed ip_vs_nq
  ip_set ip_set_hash_ip ip_set_hash_net ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet ip_set_bitmap_port
)
readonly TIMEOUT_SECONDS=1500

main() {
  local cache jobs out
  cache=$(mkdir -p "$1" && realpath "$1")
  export PATH="$PATH:/usr/sbin:/sbin"

  # Two runs at a time would write the same cache.
  exec 9>"$cache/lock"
  flock 9
  fetch_kernel "$cache"
  [ $# -eq 3 ] || return 0
  jobs=$(realpath "$2")
  out=$(mkdir -p "$3" && realpath "$3")

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  make_root "$cache/kernel" "$work/root"
  # From here on the cache is only read.
  exec 9>&-
  mkdir -p "$work/root/vm"
  cp -r "$jobs" "$work/root/vm/jobs"
  (cd "$work/root" && find . | cpio --quiet -o -H newc | gzip -1) >"$work/initramfs.gz"
  # Emulated processors are seen to hang while they boot, if rarely.
  run_machine "$cache/kernel" "$work" "$out" || run_machine "$cache/kernel" "$work" "$out" || {
    echo "ipvs-vm: the machine gave no results back; its console ended with:" >&2
    tail -n 20 "$work/console" >&2
    return 1
  }
}

run_machine() {
  local kernel=$1 work=$2 out=$3
  boot "$kernel" "$work" || echo "ipvs-vm: qemu ended with status $?" >&2
  tr -d '\r' <"$work/results" | base64 -d 2>/dev/null | tar xz -C "$out" 2>/dev/null
}

# The newest cloud kernel of the release, unpacked. Complete once kernel/ exists.
fetch_kernel() {
  local cache=$1 package
  [ ! -d "$cache/kernel" ] || return 0
  rm -rf "$cache/fetch" && mkdir "$cache/fetch"
  package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  [ -n "$package" ] || {
    echo "ipvs-vm: apt knows no kernel package; run apt-get update" >&2
    return 1
  }
  (cd "$cache/fetch" && apt-get download -qq "$package" 2>/dev/null && dpkg -x "$package"_*.deb tree)
  mv "$cache/fetch/tree" "$cache/kernel" && rm -rf "$cache/fetch"
}

# A root file system of busybox, the tools with their libraries, and just the modules that are used.
make_root() {
  local kernel=$1 root=$2 tool path library release module
  mkdir -p "$root"/{bin,sbin,proc,sys,dev,run,tmp,etc}
  cp "$(command -v busybox)" "$root/bin/"
  for tool in "${TOOLS[@]}"; do
    path=$(command -v "$tool")
    cp -L "$path" "$root/sbin/"
    ldd "$path" | grep -oE '/[^ ]+' | while read -r library; do
      mkdir -p "$root$(dirname "$library")"
      cp -Ln "$library" "$root$library"
    done
  done
  for tool in "${IPTABLES_NAMES[@]}"; do ln -s xtables-nft-multi "$root/sbin/$tool"; done
  # Extensions of iptables are loaded by name.
  path=$(dirname "$(find /usr/lib -name libxt_comment.so -path '*xtables*' | head -n 1)")
  mkdir -p "$root$(dirname "$path")"
  cp -r "$path" "$root$path"
  cp /etc/protocols /etc/services "$root/etc/"
  path=$(dirname "$(perl -MSocket -e 'print $INC{"Socket.pm"}')")
  mkdir -p "$root$(dirname "$path")"
  cp -r "$path" "$root$path"

  release=$(ls "$kernel/lib/modules")
  mkdir -p "$root/lib/modules/$release"
  [ -e "$kernel/lib/modules/$release/modules.dep.bin" ] || depmod -b "$kernel" "$release"
  for module in "${MODULES[@]}"; do modprobe -d "$kernel" -S "$release" --show-depends "$module" 2>/dev/null || true; done |
    sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r path; do
    library="$root/lib/modules/$release/${path##*/lib/modules/"$release"/}"
    mkdir -p "$(dirname "$library")"
    cp "$path" "$library"
  done
  cp "$kernel/lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$root/lib/modules/$release/"
  depmod -b "$root" "$release"
  sed "s/@MODULES@/${MODULES[*]}/" >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/sbin:/bin LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /run
for module in @MODULES@; do modprobe "$module" || echo "no module $module"; done
# busybox's own shell would take its applets for ip and others, whatever PATH says.
ln -sf /sbin/dash /bin/sh
# The kernel's table of virtual servers is one for all namespaces: a dump while another job changes it may repeat or
# leave out entries.
mkdir /vm/bin
cat >/vm/bin/ipvsadm <<'WRAPPER'
#!/bin/sh
# Input is read before the lock is taken: it may come from another ipvsadm.
if [ "$1" = -R ]; then
  cat >/run/ipvsadm.$$
  exec </run/ipvsadm.$$
fi
exec flock /run/ipvs.lock /sbin/ipvsadm "$@"
WRAPPER
chmod +x /vm/bin/ipvsadm
export PATH=/vm/bin:/sbin:/bin
run_jobs() {
  for job in "$@"; do
    mkdir -p "/vm/results/${job##*/}"
    ln -s "/vm/results/${job##*/}" "$job/out"
    cd "$job"
    timeout 120 unshare -n /sbin/dash ./run.sh >out/log.txt 2>&1 </dev/null
    echo $? >out/status
  done
}
# One half on each processor.
mkdir -p /vm/results
cd /vm/jobs
set -- *
first="" second=""
while [ $# -gt 0 ]; do
  first="$first /vm/jobs/$1"
  second="$second ${2:+/vm/jobs/$2}"
  shift
  [ $# -eq 0 ] || shift
done
run_jobs $first &
run_jobs $second
wait
cd /vm/results
tar c . | gzip -9 | base64 >/dev/ttyS1
sync
sleep 1
poweroff -f
INIT
  chmod +x "$root/init"
}

# Boots, runs the jobs and waits for the end: the console in $work/console, the results in $work/results.
boot() {
  local kernel=$1 work=$2
  # Emulated even where /dev/kvm is there: nested virtualization fails in too many ways to be worth the seconds.
  # Its self-tests of ciphers are where the kernel hangs; a hang anywhere else ends the machine.
  timeout "$TIMEOUT_SECONDS" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 \
    -display none -no-reboot -serial "file:$work/console" -serial "file:$work/results" \
    -kernel "$kernel"/boot/vmlinuz-* -initrd "$work/initramfs.gz" \
    -append 'console=ttyS0 quiet panic=1 cryptomgr.notests softlockup_panic=1 watchdog_thresh=30' </dev/null
}

[ $# -eq 3 ] || [ $# -eq 1 ] || {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
main "$@"
