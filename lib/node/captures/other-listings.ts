/** Listings given as captures that answer another question than which rules a node has. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { everyLine } from "../../rulesets/capture-text/every-line.js";
import { headOfCapture } from "../../rulesets/capture-text/head-of-capture.js";
import type { Source } from "../../source/source.js";

interface Form {
  /** Each line of the file, blank ones aside, has this form. */
  readonly line: RegExp;
  /** And one of them this; or what is asked of the text of all. */
  readonly telling: Pick<RegExp, "test">;
  readonly what: string;
  readonly run: string;
  readonly code?: Diagnostic["code"];
  /** A fact of the node that some question needs: nothing is said of it beside rules. */
  readonly isFact?: boolean;
}

const SERVERS = "ipvsadm-save -n > ipvs.txt";

/** What a tool prints once for a node, with a name in front. */
const ONCE = /^([\w.-]{1,253}): (?:\*(?:nat|filter)|IP Virtual Server.*|table ip6? kube-proxy \{)\s*$/gm;

function isOfSeveral(text: string): boolean {
  const names = text.matchAll(ONCE);
  const first = names.next().value?.[1];
  for (const [, name] of names) if (name !== first) return true;
  return false;
}

const FORMS: readonly Form[] = [
  {
    line: /^[\w.-]{1,253}: ?/,
    telling: { test: isOfSeveral },
    what: "these are outputs of several nodes in one file, with their names in front of lines (pdsh, clush)",
    run: "pdsh -w NODES iptables-save | dshbak -f -d DIR   (a file for each node)",
  },
  {
    line: /^\S+ \| [A-Z!]+ \| rc=\d+ \| \((?:stdout|stderr)\) /,
    telling: /^\S+ \| [A-Z!]+ \| rc=\d+ \| /m,
    what: "this is output in one line (ansible -o), in which ends of lines and backslashes are not told apart",
    run: "ansible NODE -b -m command -a iptables-save > NODE.txt",
  },
  {
    line: /^IP Virtual Server|^Prot |^ +-> |^(?:TCP|UDP|SCTP|FWM) /,
    telling: /^(?:(?:TCP|UDP|SCTP) +| +-> )(?:[\dA-F]{8}|\[[\da-f]{4}(?::[\da-f]{4}){7}\]):[\dA-F]{4} /m,
    what: "this is the kernel's own listing of virtual servers (/proc/net/ip_vs), with addresses in hexadecimal and no flags of schedulers",
    run: SERVERS,
    code: "capture-names",
  },
  {
    line: /^Pro FromIP |^[A-Z]+ +(?:[\dA-F]{8}|\[?[\da-f:]{39}\]?) +[\dA-F]{4} /,
    telling: /^Pro FromIP /m,
    what: "these are connections (/proc/net/ip_vs_conn), not virtual servers",
    run: SERVERS,
  },
  {
    line: /^ *(?:Total|Conns|Conns\/s|CPU|[\dA-F]+) +[\w/]/,
    telling: /^ *(?:Conns|CPU +Conns|Conns\/s) +(?:Packets|Pkts\/s|in|pkts)/im,
    what: "these are counters of IPVS (/proc/net/ip_vs_stats), not virtual servers",
    run: SERVERS,
  },
  {
    line: /^(?:nat|filter|mangle|raw|security|broute)$/,
    telling: /^(?:nat|filter|mangle|raw)$/m,
    what: "these are the names of tables (/proc/net/ip_tables_names), not their rules",
    run: "iptables-save > node.txt",
  },
  {
    line: /^IPVS connection entries|^pro expire |^[A-Z]+ +\d+:\d+ +\S+ /,
    telling: /^IPVS connection entries|^pro expire /m,
    what: "these are connections (ipvsadm -Lc), not virtual servers",
    run: SERVERS,
  },
  {
    line: /^IP Virtual Server|^Prot |^ +-> |^(?:TCP|UDP|SCTP|FWM) /,
    telling: /^(?:(?:TCP|UDP|SCTP) +| +-> )(?![\d.]+:\d|\[[\da-f:.]+\]:\d|RemoteAddress)\S+/m,
    what: "this listing of virtual servers has names in place of ports or addresses",
    run: SERVERS,
    code: "capture-names",
  },
  {
    line: /^table (?:ip|ip6|inet|arp|bridge|netdev) \S+$/,
    telling: /^table/m,
    what: "these are the names of tables (nft list tables), not their rules",
    run: "nft list ruleset > node.txt",
  },
  {
    line: /^[\w:.-]{1,31}$/,
    telling: /^KUBE-(?:CLUSTER-IP|LOOP-BACK|NODE-PORT)/m,
    what: "these are the names of ip sets (ipset list -n), not their entries",
    run: "ipset save > sets.txt",
  },
  {
    line: /^(?:ipv[46] +\d+ +)?(?:tcp|udp|sctp|icmp|icmpv6|dccp|gre|unknown) +\d+ .*src=|^conntrack v|^cpu=\d+ |^\*\*\* Output of conntrack /,
    telling: /src=/,
    what: "these are connections (conntrack -L), not rules; doctor takes them with --on",
    run: "iptables-save > node.txt (in mode nftables: nft list ruleset)",
    isFact: true,
  },
  {
    line: /^(?:[a-z][\w-]*[./][^\s=]+ ?=|sysctl: )/,
    telling: /^(?:net|kernel|vm|fs)[./]\S+ ?=/m,
    what: "these are settings of the kernel (sysctl -a), not rules; doctor takes them with --on",
    run: "iptables-save > node.txt (in mode nftables: nft list ruleset)",
    isFact: true,
  },
];

/** The captures that may hold rules, or all where none does, and what is said of the others: an error where that is all. */
export function leaveOutOthers(captures: readonly Source[]): {
  readonly rules: readonly Source[];
  readonly told: readonly Diagnostic[];
} {
  const others = captures.flatMap((source) => {
    const form = formOf(source);
    return form ? [{ source, form }] : [];
  });
  if (others.length === 0) return { rules: captures, told: [] };
  const found = new Set(others.map(({ source }) => source));
  const left = captures.filter((source) => !found.has(source));
  const told = others.filter(({ form }) => left.length === 0 || !form.isFact);
  return {
    rules: left.length > 0 ? left : captures,
    told: told.map(({ source, form }) => tell(source, form, left.length === 0)),
  };
}

function tell({ name }: Source, { code = "capture-in-part", what, run }: Form, isAll: boolean): Diagnostic {
  return {
    code,
    severity: isAll ? "error" : "warning",
    message: what,
    at: { file: name },
    notes: [`run: ${run}`],
  };
}

function formOf(source: Source): Form | undefined {
  const head = headOfCapture(source);
  // Rules may stand below a long listing.
  return FORMS.find(
    ({ line, telling }) =>
      telling.test(head) && everyLine(source, (text) => text.trim() === "" || line.test(text.trimEnd())),
  );
}
