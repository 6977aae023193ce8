/** Why captures are of no node that can be compared: another mode's rules, or another program in kube-proxy's place. */
import type { ProxyMode } from "../config/proxy-config.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { headOfCapture } from "../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../source/source.js";

const MOST_LOOKED_AT = 1024 * 1024;

/** Blanks at the start of a line are no line ends: each line of a capture that is only line ends would look at all others. */
const MODES: Readonly<Record<ProxyMode, { readonly pattern: RegExp; readonly words: string }>> = {
  iptables: { pattern: /^(:|-N |Chain |[ \t]*chain |-A )KUBE-(SVC|SVL|EXT|XLB)-/m, words: "chains KUBE-SVC-..." },
  ipvs: {
    pattern:
      /^(:|-N |Chain |[ \t]*chain )KUBE-(LOAD-BALANCER|IPVS-FILTER)\b|^-A -[tuf] |^(TCP|UDP|SCTP) +\S+:\d+ [a-z]/m,
    words: "virtual servers or chain KUBE-LOAD-BALANCER",
  },
  nftables: {
    pattern: /^[ \t]*table (ip6? )?kube-proxy \{|"table": *\{[^{}]*"name": *"kube-proxy"/m,
    words: "table kube-proxy",
  },
};

const PROXIES: readonly (readonly [pattern: RegExp, proxy: string])[] = [
  [/\b(OLD_)?CILIUM_(PRE|POST|OUTPUT|INPUT|FORWARD)/, "Cilium"],
  [/\bKUBE-ROUTER-|\bKUBE-NWPLCY-|\bkube-dummy-if\b/, "kube-router"],
  [/\bOVN-KUBE-|table inet ovn-kubernetes\b/, "OVN-Kubernetes"],
  [/\bANTREA-/, "Antrea"],
  [/\bcali-(PREROUTING|FORWARD|INPUT)\b/, "Calico (its eBPF mode)"],
];

/**
 * The error when captures show another mode than the one asked for, or another proxy and no kube-proxy; undefined when
 * they show nothing of the kind.
 */
export function findForeignNode(mode: ProxyMode, sources: readonly Source[]): Diagnostic | undefined {
  const texts = sources.map((source) => headOfCapture(source, MOST_LOOKED_AT));
  const shows = (pattern: RegExp) => texts.some((text) => pattern.test(text));
  if (shows(MODES[mode].pattern)) return undefined;
  const other = (["iptables", "ipvs", "nftables"] as const).find((name) => name !== mode && shows(MODES[name].pattern));
  if (other) return otherMode(mode, other);
  const proxies = PROXIES.flatMap(([pattern, proxy]) => (shows(pattern) ? [proxy] : []));
  return proxies.length > 0 && !shows(/\bKUBE-(SERVICES|MARK-MASQ)\b/) ? otherProxy(mode, proxies) : undefined;
}

function otherMode(mode: ProxyMode, other: ProxyMode): Diagnostic {
  return {
    code: "capture-of-another-mode",
    severity: "error",
    message: `the capture is of a node in mode ${other}, and mode ${mode} is compared: it holds ${MODES[other].words}, and nothing of mode ${mode}`,
    notes: [`compare with --mode ${other}, or capture what mode ${mode} programs: ${COMMANDS[mode]}`],
  };
}

const COMMANDS: Readonly<Record<ProxyMode, string>> = {
  iptables: "iptables-save",
  ipvs: "ipvsadm-save -n, ipset save, ip addr show and iptables-save",
  nftables: "nft list ruleset",
};

function otherProxy(mode: ProxyMode, proxies: readonly string[]): Diagnostic {
  return {
    code: "capture-no-kube-chains",
    severity: "error",
    message: `the capture holds nothing of kube-proxy in mode ${mode}, and rules of ${proxies.join(" and ")}, which can take kube-proxy's place`,
    notes: ["no rules of kube-proxy are expected on a node where another program serves the Services"],
  };
}
