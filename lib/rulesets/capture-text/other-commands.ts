/** What other commands printed in a terminal from which captures were pasted, and tools whose output went through a filter. */
import { ANCHOR } from "./line-prefix.js";

/** A prompt and the command behind it; that of root may be a bare "#". */
const PROMPT =
  /^\s{0,8}(?:\([\w.-]+\)\s?)?(?:\[[^\]]{1,120}\]|[\w.-]{1,64}@[\w.-]{1,253}[:\s]?\S{0,120}|[\w.-]{0,253}:?\s?[~/]\S{0,120}|[\w.-]{1,64}(?=[#$]\s))?\s?[$#%❯➜]\s+(\S.{0,400}?)(?<!\s)\s*$/u;
const WRAPPERS = /^(?:(?:sudo|doas|time|watch|env|nohup)\s+(?:-\S+\s+){0,4}|\w+=\S*\s+){0,4}/;
/** What prints rules, servers, sets or addresses that are read. */
const TOOL = /\b(?:ip6?tables\S*|nft|ipvsadm\S*|ipset|ip\s+(?:-\S+\s+){0,4}a(?:ddr|ddress)?)\b/;
/** Commands that print nothing of the kind. */
const OTHER =
  /^(?:arp|ping6?|traceroute|tracepath|mtr|curl|wget|nc|ncat|telnet|dig|nslookup|host|getent|kubectl|oc|helm|calicoctl|cilium|ps|pgrep|ss|netstat|lsof|uname|hostname|hostnamectl|sysctl|lsmod|modprobe|modinfo|systemctl|journalctl|dmesg|ls|df|free|top|uptime|tcpdump|ethtool|ifconfig|route|brctl|bridge|crictl|lscpu|lsblk|mount|id|whoami|which|ip\s+(?:-\S+\s+){0,4}(?:r|ro|route|ru|rule|n|neigh|l|link|netns|xfrm|-V)|cat\s+\/(?:etc|proc|sys)\/\S+)(?=\s|$)/;
/** A tool's rules there are not the node's. */
const ELSEWHERE = /^ip\s+netns\s+exec\s/;
/** Programs behind a tool's that leave lines out, cut them, or put them in another order. */
const FILTER = /\|\s*(?:sudo\s+)?(grep|egrep|fgrep|zgrep|rg|ag|awk|head|tail|sort|uniq|cut|sed\s+-n|column)\b/;

/** "ping" of another command, "grep" of a tool's output that went through it; undefined of any other line. */
function commandOf(line: string): {
  readonly other?: string;
  readonly filter?: string;
  readonly isElsewhere?: boolean;
  readonly isPrompt: boolean;
} {
  const command = PROMPT.exec(line)?.[1]?.replace(WRAPPERS, "");
  if (command === undefined) return { isPrompt: false };
  if (ELSEWHERE.test(command)) return { isPrompt: true, other: "ip netns exec", isElsewhere: true };
  if (TOOL.test(command)) {
    const filter = FILTER.exec(command)?.[1];
    return { isPrompt: true, ...(filter !== undefined && { filter }) };
  }
  const other = OTHER.exec(command)?.[0];
  return { isPrompt: true, ...(other !== undefined && { other: other.replace(/\s.*$/, "") }) };
}

/** Rules and servers, however a prompt was missed in front of them: what other commands never print. */
const RULES =
  /^(?:\*(?:nat|filter|mangle|raw|security)\s*$|:[A-Z]\S* [-A-Z]|-[PNA] [A-Z]|Chain \S+ \(|table (?:ip6?|inet) |IP Virtual Server |Prot LocalAddress|(?:TCP|UDP|SCTP) +\S+:\d+ +\w+|-A -[tuf] |create \S+ (?:hash|bitmap|list):|Name: KUBE-|\{\s*"nftables")/;

export interface OtherCommands {
  /** The text with blank lines in the place of these commands and what they printed. */
  readonly text: string;
  /** Their names. */
  readonly names: readonly string[];
  /** The first tool whose output went through a filter. */
  readonly filtered?: { readonly filter: string; readonly line: number };
  /** Whether other lines of tools are left. */
  readonly hasTool: boolean;
}

/** The sign behind which a command stands, save where it can only be that of a handle that nft -a prints. */
const SIGN = /(?:[$%❯➜]|#(?! handle \d+\r?\n))\s/g;

/** Whether a line is a command that matters here. Most captures have hardly a sign, and are not taken apart. */
function holdsCommand(text: string): boolean {
  SIGN.lastIndex = 0;
  for (let found = SIGN.exec(text); found; found = SIGN.exec(text)) {
    const stop = text.indexOf("\n", found.index);
    const end = stop < 0 ? text.length : stop;
    const { other, filter } = commandOf(text.slice(text.lastIndexOf("\n", found.index) + 1, end));
    if (other !== undefined || filter !== undefined) return true;
    SIGN.lastIndex = end;
  }
  return false;
}

/** Undefined where there is no such command. */
export function leaveOutCommands(text: string): OtherCommands | undefined {
  if (!holdsCommand(text)) return undefined;
  const lines = text.split("\n");
  const names = new Set<string>();
  let filtered: OtherCommands["filtered"];
  let skips: "others" | "all" | undefined;
  let hasTool = false;
  for (const [i, line] of lines.entries()) {
    const { isPrompt, other, filter, isElsewhere } = commandOf(line);
    if (isPrompt) {
      skips = filter !== undefined || isElsewhere ? "all" : other !== undefined ? "others" : undefined;
      if (filter !== undefined && mayPrintRules(lines, i)) filtered ??= { filter, line: i + 1 };
      if (other !== undefined) names.add(other);
    } else if (skips === "others" && RULES.test(line)) skips = undefined;
    if (skips) lines[i] = "";
    else if (ANCHOR.test(line)) hasTool = true;
  }
  if (names.size === 0 && !filtered) return undefined;
  return { text: lines.join("\n"), names: [...names].sort(), hasTool, ...(filtered && { filtered }) };
}

/** Whether one of the lines behind a prompt begins as a tool's does, or is a chain's in any form. */
function mayPrintRules(lines: readonly string[], prompt: number): boolean {
  const next = lines.slice(prompt + 1, prompt + 4);
  return next.some((line) => ANCHOR.test(line) || /KUBE-|^\s*(?:->|TCP|UDP|SCTP)\s/.test(line));
}
