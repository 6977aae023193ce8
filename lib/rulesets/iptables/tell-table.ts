/** Tells the table and the family of rules whose heading says nothing. */
import type { IPFamily } from "../../net/ip.js";
import { BUILT_IN_CHAINS, type CapturedTable } from "./capture.js";
import type { TableName } from "./types.js";

interface Chains {
  readonly size: number;
  values(): Iterable<{ readonly name: string; readonly texts: readonly string[] }>;
  has(name: string): boolean;
}

/**
 * The table that has these built-in chains, else the one in which the targets seen are allowed, or that has such chains of kube-proxy.
 * INPUT, FORWARD and OUTPUT are filter's and, when filter stood before, security's.
 */
export function tableOfContents(
  chains: Chains,
  before: readonly Pick<CapturedTable, "name" | "file">[],
  file: string,
): TableName | undefined {
  const has = (name: string) => chains.has(name);
  if (has("PREROUTING") && has("POSTROUTING")) return has("FORWARD") ? "mangle" : "nat";
  if (has("POSTROUTING")) return "nat";
  if (has("PREROUTING")) return "raw";
  if (has("FORWARD")) {
    const onlyBuiltIn = ![...chains.values()].some((chain) => !BUILT_IN_CHAINS.has(chain.name));
    const filterSeen = before.some((table) => table.file === file && table.name === "filter");
    return filterSeen && onlyBuiltIn ? "security" : "filter";
  }
  return tableOfTargets(chains) ?? tableOfNames(chains);
}

/** Chains of kube-proxy that one table alone has. */
const OF_NAT = /^KUBE-(?:(?:SVC|SVL|SEP|EXT|FW|XLB)-[A-Z2-7]{16}|MARK-MASQ|MARK-DROP|POSTROUTING|LOAD-BALANCER)$/;
const OF_FILTER = /^KUBE-(?:FORWARD|EXTERNAL-SERVICES|PROXY-FIREWALL|SOURCE-RANGES-FIREWALL|IPVS-(?:OUT-)?FILTER)$/;

/** By the chains that are there or jumped to, which are in the same table. A built-in chain alone would pass for all of it. */
function tableOfNames(chains: Chains): TableName | undefined {
  if (chains.has("INPUT") || chains.has("OUTPUT")) return undefined;
  for (const { name, texts } of chains.values())
    for (const own of [name, ...texts.flatMap((text) => / -[jg] (KUBE-\S+)/.exec(text)?.[1] ?? [])]) {
      if (OF_NAT.test(own)) return "nat";
      if (OF_FILTER.test(own)) return "filter";
    }
  return undefined;
}

const NAT_TARGETS = [" -j DNAT ", " -j SNAT ", " -j MASQUERADE", " -j REDIRECT"];
const FILTER_TARGETS = [" -j REJECT", " -j DROP"];

function tableOfTargets(chains: Chains): TableName | undefined {
  for (const chain of chains.values())
    for (const text of chain.texts) {
      if (NAT_TARGETS.some((target) => text.includes(target))) return "nat";
      if (FILTER_TARGETS.some((target) => text.includes(target))) return "filter";
    }
  return undefined;
}

/** The family of the first address in the rules; undefined when none has one. */
export function familyOfTexts(chains: Chains): IPFamily | undefined {
  for (const chain of chains.values())
    for (const text of chain.texts) {
      const family = familyOfRule(text);
      if (family) return family;
    }
  return undefined;
}

/** The family of the first address of a rule; undefined when it has none. */
export function familyOfRule(text: string): IPFamily | undefined {
  const found = /^-A \S+(?: ! | )-[sd] (\S+)| --to-(?:destination|source) (\S+)| -[sd] (\S+)/.exec(text);
  if (!found) return undefined;
  const address = found[1] ?? found[2] ?? found[3]!;
  return /^\[|:.*:/.test(address) ? "IPv6" : "IPv4";
}

/** What iptables-save prints of one family only, wherever rules have no address. */
const WORDS = [
  ["IPv6", / -p (?:ipv6-icmp|icmpv6) | -m (?:icmp6|ipv6header) | --reject-with icmp6-/],
  ["IPv4", / -p icmp | -m icmp | --reject-with icmp-/],
] as const;

/** The family whose words stand in the rules; undefined when none do. A rule for the other family's packets is no mistake. */
export function familyOfWords(chains: Chains): IPFamily | undefined {
  for (const chain of chains.values())
    for (const quoted of chain.texts) {
      const text = quoted.replace(/"[^"]*"/g, '""');
      const found = WORDS.find(([, words]) => words.test(text));
      if (found) return found[0];
    }
  return undefined;
}
