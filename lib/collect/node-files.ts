/** The files that a node's stream may fill, by their names in a bundle. */
export const NODE_FILES: readonly string[] = [
  ...["iptables", "ip6tables"].flatMap((tool) => [
    `${tool}-save.txt`,
    `${tool}-nft-save.txt`,
    `${tool}-legacy-save.txt`,
  ]),
  "nft-ruleset.json",
  "nft-ruleset.txt",
  "ipvsadm-save.txt",
  "ipset-save.txt",
  ...["ip-addr", "ip-route", "ip-rule"].flatMap((stem) => [`${stem}.json`, `${stem}.txt`]),
  "conntrack-udp.txt",
  "sysctl.txt",
  "versions.txt",
  "kube-proxy-configz.json",
  "kube-proxy-mode.txt",
  "kube-proxy-last-sync.txt",
];
