/** What a change of mode or release leaves on a node, and how it goes away. */
import type { Features } from "../config/features.js";
import type { ProxyMode } from "../config/proxy-config.js";

export interface CleanupStep {
  readonly text: string;
  readonly commands: readonly string[];
}

export interface CleanupQuestion {
  readonly from: { readonly mode: ProxyMode; readonly features: Features };
  readonly to: { readonly mode: ProxyMode; readonly features: Features };
}

const UDP: CleanupStep = {
  text:
    "Connections that exist keep their old translation until they end; UDP clients that never pause keep it for ever: " +
    "delete their conntrack entries, or restart them.",
  commands: ["conntrack -D -p udp --dst-nat"],
};

/** Steps in the order to take them. Source: kube-proxy's --cleanup and its start in each mode. */
export function cleanupSteps({ from, to }: CleanupQuestion): CleanupStep[] {
  if (from.mode === to.mode) return ofReleases(from.features, to.features, from.mode);
  const steps: CleanupStep[] = [];
  if (from.mode === "nftables")
    steps.push({
      text: `kube-proxy deletes its tables of nftables mode when it starts in mode ${to.mode}. If they stay, packets meet both rule sets.`,
      commands: [
        "nft list tables | grep kube-proxy",
        "nft delete table ip kube-proxy",
        "nft delete table ip6 kube-proxy",
      ],
    });
  else if (to.mode === "nftables")
    steps.push({
      text:
        `kube-proxy removes the rules of mode ${from.mode} when it starts in nftables mode. Look that no service chain is left: ` +
        "old rules come before the new ones and take the packets.",
      commands: ["iptables-save | grep -c -- 'KUBE-S[EV]'", "ip6tables-save | grep -c -- 'KUBE-S[EV]'"],
    });
  else
    steps.push({
      text: `Nothing removes the rules of mode ${from.mode} when kube-proxy starts in mode ${to.mode}: stop it, clean up, then start it anew, or reboot the node.`,
      commands: ["kube-proxy --cleanup"],
    });
  if (from.mode === "ipvs")
    steps.push({
      text:
        "Virtual servers, the interface kube-ipvs0 and the ip sets go with kube-proxy --cleanup, save the sets of IPv6, " +
        "which stay. An address that stays on kube-ipvs0 is taken for the node's own.",
      commands: ["ipvsadm -C", "ip link delete kube-ipvs0", "ipset list -n | grep ^KUBE- | xargs -r -n1 ipset destroy"],
    });
  if (from.mode === "iptables")
    steps.push({
      text:
        "Chains KUBE-MARK-MASQ, KUBE-PROXY-FIREWALL and KUBE-PROXY-CANARY may stay, depending on the release; without rules that lead " +
        "to them they do nothing. KUBE-FIREWALL and KUBE-KUBELET-CANARY are kubelet's: leave them.",
      commands: [],
    });
  return [...steps, UDP];
}

function ofReleases(from: Features, to: Features, mode: ProxyMode): CleanupStep[] {
  if (mode !== "nftables") return [];
  const steps: CleanupStep[] = [];
  if (from.nftSplitPreDNATChains !== to.nftSplitPreDNATChains)
    steps.push({
      text: from.nftSplitPreDNATChains
        ? "Base chains filter-prerouting-pre-dnat and filter-output-pre-dnat stay behind; they repeat checks and do no harm."
        : "Base chains filter-prerouting and filter-output-post-dnat stay behind; they repeat checks and do no harm.",
      commands: from.nftSplitPreDNATChains
        ? deleteChains("filter-prerouting-pre-dnat", "filter-output-pre-dnat")
        : deleteChains("filter-prerouting", "filter-output-post-dnat"),
    });
  if (from.nftHairpinSet !== to.nftHairpinSet)
    steps.push(
      to.nftHairpinSet
        ? { text: "Chain mark-for-masquerade stays behind, unused.", commands: deleteChains("mark-for-masquerade") }
        : {
            text:
              "Set hairpin-connections stays behind. Until the next full sync (within an hour) endpoints of services with " +
              "session affinity do not reach themselves through the service: restart kube-proxy once more, or delete the table first.",
            commands: ["nft delete table ip kube-proxy", "nft delete table ip6 kube-proxy"],
          },
    );
  return steps;
}

function deleteChains(...names: readonly string[]): string[] {
  return ["ip", "ip6"].flatMap((family) =>
    names.flatMap((name) => [
      `nft flush chain ${family} kube-proxy ${name}`,
      `nft delete chain ${family} kube-proxy ${name}`,
    ]),
  );
}
