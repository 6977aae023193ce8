#!/bin/bash
# Loads every rule of golden/iptables/written.tsv (table, family, rule) into an empty network namespace and writes
# golden/iptables/spellings.tsv: table, family, the rule as written, as iptables-save prints it, as iptables -nvL does.
# As root: unshare -n bash scripts/record-iptables-spellings.sh
# Recorded with iptables 1.8.9; its nf_tables and legacy variants print the same.
set -e
cd "$(dirname "$0")/../golden/iptables"
ipset create foo hash:ip,port
while IFS=$'\t' read -r table family rule; do
  bin=iptables; [ "$family" = IPv6 ] && bin=ip6tables
  printf '*%s\n:A - [0:0]\n:B - [0:0]\n-A A%s\nCOMMIT\n' "$table" "${rule:+ $rule}" | $bin-restore
  printf '%s\t%s\t-A A %s\t%s\t%s\n' "$table" "$family" "$rule" \
    "$($bin-save -t "$table" | grep -e '^-A A')" "$($bin -t "$table" -nvL A | tail -n +3)"
done < written.tsv > spellings.tsv
