/** Whether iptables -S or -L breaks off, which have no mark at their end. */
import { BUILT_IN_CHAINS } from "./capture.js";
import type { ChainLines } from "./chain-lines.js";
import { parseRule } from "./parse-rule.js";
import type { TableName } from "./types.js";

/** Chains that kube-proxy or kubelet never leaves without a rule. */
const NEVER_EMPTY = /^KUBE-((SVC|SVL|SEP|EXT|FW)-[A-Z2-7]{16}|FORWARD|MARK-MASQ|POSTROUTING|FIREWALL)$/;
/** Rules that are never the last of a service port's chains: the others follow. */
const NEVER_LAST = / (-m statistic .*-j KUBE-SEP-\S+|-j KUBE-MARK-MASQ)$/;
/** Chains by which they see that somebody flushed a table, and which backend is in use. */
const HINTS = /^KUBE-(?:KUBELET-CANARY|PROXY-CANARY|IPTABLES-HINT)$/;
const OF_SERVICE = /^KUBE-(SVC|SVL|SEP|EXT)-/;

/** Whether the rules of iptables -S, which follow the order of its chains, end before the last chain that has some. */
export function endsEarly(chains: ReadonlyMap<string, ChainLines>, current: ChainLines | undefined): boolean {
  const names = [...chains.keys()];
  const behind = current ? names.slice(names.indexOf(current.name) + 1) : names;
  if (behind.some((name) => chains.get(name)!.size === 0 && NEVER_EMPTY.test(name))) return true;
  const last = current?.texts.at(-1) ?? "";
  if (current?.name === "KUBE-FORWARD" && !last.includes("RELATED,ESTABLISHED")) return true;
  return current !== undefined && OF_SERVICE.test(current.name) && NEVER_LAST.test(last);
}

/** Whether a table of iptables -S that has no rules breaks off among its declarations. */
export function endsInDeclarations(chains: ReadonlyMap<string, ChainLines>): boolean {
  // Of table mangle, the only one with both, kube-proxy and kubelet declare chains that never have a rule.
  const isMangle = chains.has("PREROUTING") && chains.has("FORWARD");
  const without = isMangle ? HINTS : /^KUBE-KUBELET/;
  if ([...chains.keys()].some((name) => name.startsWith("KUBE-") && !without.test(name))) return true;
  // Without any rule the table of a node that was flushed looks so, if its built-in chains are all there.
  return !chains.has("OUTPUT") || (chains.has("PREROUTING") && chains.has("INPUT") && !chains.has("POSTROUTING"));
}

/**
 * Whether rules of iptables -S begin behind those of the built-in chains, as in a paste or where one chain was asked for.
 * Where the built-in chains are left out and what leads from them to kube-proxy is there, nothing of it is missing.
 */
export function lacksBeginning(chains: ReadonlyMap<string, ChainLines>, table: TableName | undefined): boolean {
  if ([...BUILT_IN_CHAINS].some((name) => chains.get(name)?.policy !== undefined)) return false;
  if (![...chains.keys()].some((name) => name.startsWith("KUBE-"))) return false;
  const leads = (from: string, to: string) =>
    chains.get(from)?.texts.some((text) => text.includes(` -j ${to}`)) === true;
  switch (table) {
    case "nat":
      return !leads("PREROUTING", "KUBE-SERVICES") || !leads("OUTPUT", "KUBE-SERVICES");
    case "filter":
      return !leads("INPUT", "KUBE-") || !leads("FORWARD", "KUBE-FORWARD");
    default:
      return false;
  }
}

/** Whether the last rule, behind which no line ends, is one that tools print to its end. */
export function endsWhole(chain: ChainLines, chains: ReadonlyMap<string, ChainLines>): boolean {
  const parsed = parseRule(chain.texts.at(-1) ?? "");
  if ("problem" in parsed) return false;
  const { target } = parsed.rule;
  if (target.kind === "jump" || target.kind === "goto") return chains.has(target.chain);
  return target.kind !== "none" && target.kind !== "unknown" && target.kind !== "dnat";
}

interface Listing {
  readonly chains: ReadonlyMap<string, ChainLines>;
  /** Of the chains' headings: how many rows lead to each. */
  readonly references: ReadonlyMap<string, number>;
}

/** Whether rows lead to chains of kube-proxy that are not listed, or fewer rows to a chain than its heading says. */
export function lacksRows({ chains, references }: Listing): boolean {
  const counts = new Map<string, number>();
  for (const { texts } of chains.values())
    for (const text of texts) {
      const target = / -[jg] (\S+)/.exec(text)?.[1];
      if (target !== undefined) counts.set(target, (counts.get(target) ?? 0) + 1);
    }
  // A chain may have been listed alone; of kube-proxy's it would have to be all.
  if (![...chains.keys()].some((name) => name.startsWith("KUBE-"))) return false;
  if (lacksBuiltIn(chains)) return true;
  for (const target of counts.keys()) if (target.startsWith("KUBE-") && !chains.has(target)) return true;
  for (const [name, stated] of references)
    if (name.startsWith("KUBE-") && (counts.get(name) ?? 0) < stated) return true;
  return false;
}

/** A table is listed with all of its built-in chains. */
function lacksBuiltIn(chains: ReadonlyMap<string, ChainLines>): boolean {
  const has = (name: string) => chains.has(name);
  if (has("INPUT") && !has("PREROUTING")) return !has("FORWARD") || !has("OUTPUT");
  return has("PREROUTING") && has("INPUT") && !(has("OUTPUT") && has("POSTROUTING"));
}
