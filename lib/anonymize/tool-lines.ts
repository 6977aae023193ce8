/** How lines begin that tools print on a node; of any other line nobody knows what it tells. */
import { parseIP } from "../net/ip.js";
import { TOOL_WORDS } from "./vocabulary.js";

/** A number, range, address or network, mark or quoted text. */
const VALUE = String.raw`(?:"[^"]*"|0x[\da-f]+|\d[\d.\/-]*|[\da-fA-F]*:[\da-fA-F:.]*(?:\/\d+)?)`;
/** In front of the protocol in a row of iptables -L. */
const TARGET = String.raw`(?:\d{1,20}[KMGTP]? +){0,3}(?:\S{1,256} +)?`;
const PROTOCOL = String.raw`(?:all|tcp|udp|udplite|sctp|dccp|icmp|icmpv6|ipv6-icmp|esp|ah|gre|ipencap|igmp|mh|\d{1,3})`;
/** No time of day is one. */
const SOURCE6 = String.raw`!?(?:(?:[\da-fA-F:]*::[\da-fA-F:.]*|(?:[\da-fA-F]{1,4}:){7}[\da-fA-F]{1,4})(?:\/\d+)?|anywhere) `;

const IPTABLES = [
  String.raw`(?:ip6?tables .{0,80})?(?:\[\d+:\d+\] ?)?-[APNIRD] [^\s-]\S*(?: \d+)?(?= [-!]| \[|\s*$| (?:ACCEPT|DROP)\b)`,
  String.raw`:\S+ (?:-|[A-Z]+)(?: \[|\s*$)`,
  String.raw`\*(?:nat|filter|mangle|raw|security)\s*$|COMMIT\s*$`,
  String.raw`Chain \S+ \(`,
  String.raw`(?:num +)?(?:pkts +bytes +)?target +prot `,
  String.raw`${TARGET}${PROTOCOL} +(?:(?:--|-f|!f) +\S|(?:\S+ +\S+ +)?${SOURCE6})`,
];

const IPVS = [
  String.raw`IP Virtual Server version [\d.]+|Prot LocalAddress:Port`,
  String.raw`(?:TCP|UDP|SCTP) +\S+:[\w-]+ +\w|FWM +\d+ |-> \S+:[\w-]+ +\w`,
  String.raw`(?:ipvsadm )?-[Aa] +(?:-[tuf]|--\w+-service) `,
  String.raw`(?:ipset )?(?:create \S+ (?:hash|bitmap|list):|add [\w.-]+ ${VALUE}|(?:flush|destroy) KUBE-\S+\s*$)`,
  String.raw`Name: \S+\s*$|Type: (?:hash|bitmap|list):|Revision: \d|Header: (?:family|range|size) `,
  String.raw`(?:Size in memory|References|Number of entries): \d|Members:\s*$`,
];

const IP = [
  String.raw`\d+: \S+: <|\d+: \S+ +inet6? `,
  String.raw`inet6? [\da-fA-F]*[.:][\da-fA-F.:]+|link\/\w+ |valid_lft \w+ |altname \S+\s*$|[RT]X: `,
  String.raw`\S+ +(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN)(?: +(?:${VALUE}|<[A-Z,_]+>|metric|peer))*\s*$`,
  String.raw`(?:\w+ )?(?:default|\d[\d.]+(?:\/\d+)?|[\da-fA-F]*:[\da-fA-F:.]*(?:\/\d+)?) (?:dev|via|proto|scope|metric|nhid) \S+`,
  String.raw`\d+:\s+(?:not )?from \S+ `,
];

const WORD_OF_IP = String.raw`(?:[sd]addr|protocol|nexthdr|version|dscp|ecn|length|id|ttl|hoplimit|flowlabel|frag-off) `;
const NFTABLES = [
  String.raw`(?:add )?table (?:ip|ip6|inet|arp|bridge|netdev) \S+(?: \{|\s*$)`,
  String.raw`(?:chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|ct \w+) \S+ \{`,
  String.raw`(?:add|create|insert) (?:chain|rule|set|map|element|counter) (?:ip|ip6|inet|arp|bridge|netdev) \S+ \S`,
  String.raw`type (?:filter|nat|route) hook |type \w+(?: [.:] \w+)*\s*$|typeof \w+ |flags \w+(?:,\w+)*\s*$|elements = \{`,
  String.raw`(?:size|timeout|gc-interval) \d\w*\s*$|policy (?:accept|drop|memory|performance);?\s*$|comment "|auto-merge|devices? = `,
  String.raw`ip6? ${WORD_OF_IP}|(?:tcp|udp|sctp|th|udplite|dccp) (?:[sd]port|flags|option|chunk) |icmp(?:v6)? (?:type|code) `,
  String.raw`meta (?:l4proto|mark|nfproto|protocol|[io]if(?:name)?|skuid|skgid|cgroup|pkttype|length|priority|set) `,
  String.raw`ct (?:state|mark|direction|status|zone|original|reply|label|expiration|count|set) |fib (?:[sd]addr|mark) `,
  String.raw`[io]if(?:name|group)? (?:["{@\d]|[!=]=)|ether (?:[sd]addr|type) |arp \w+ |vlan (?:id|type) |@(?:nh|th|ll|ih),`,
  String.raw`mark set |counter (?:packets|name) |limit rate |log (?:prefix|group|level|flags) |quota |xt (?:match|target) `,
  String.raw`(?:numgen|jhash|symhash) .{0,80} mod \d|(?:add|update|delete) @|(?:jump|goto) \S+\s*(?:comment "|#|$)`,
  String.raw`(?:dnat|snat|redirect|queue|reject|masquerade|tproxy) (?:to|with|ip6?|num|flags|fully-random|random|persistent)\b`,
  String.raw`(?:accept|drop|return|continue|masquerade|notrack|reject|counter)\s*(?:comment "|# handle|$)`,
  String.raw`${VALUE}(?:,[\w.:\/-]+){0,3}(?=,?\s*$| (?:\.|:|timeout|expires|counter|packets|bytes|comment|nomatch|skb\w+) | \}|, ${VALUE})`,
  String.raw`(?:tcp|udp|sctp) \. \d[\d-]*(?: [.:}]|,|\s*$)`,
  String.raw`"[^"]*"\s*[:,}]|[{}]`,
];

const OTHERS = [
  String.raw`(?:ipv[46] +\d+ +)?\w+ +\d+ +(?:\d+ +)?(?:[A-Z_]+ +)?src=\S+ dst=`,
  String.raw`conntrack v[\d.]+ \(conntrack-tools\): \d+ flow entries have been shown`,
  String.raw`(?:net|fs|vm)[./][\w./*-]{1,200}\s*=\s*(?:[\d\s.-]+|[\w-]{1,20})\s*$|kernel[./][\w./]{1,80}\s*=\s*[\d\s.-]+$`,
];

const FORM = new RegExp(String.raw`^[ \t]{0,80}(?:${[...IPTABLES, ...IPVS, ...IP, ...NFTABLES, ...OTHERS].join("|")})`);
const JSON_LINE = /^\s*(?:[{}\],"]|\[\s*(?:[[\]{"\d-]|$)|-?\d+(?:\.\d+)?,?\s*$|(?:true|false|null),?\s*$)/;
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/gu;
/** Longer lines are not looked through word by word. */
const LONGEST_LISTED = 1000;

/** Whether a tool may have printed the line: it begins as their lines do, or has no words but theirs. */
export function isToolLine(line: string): boolean {
  return FORM.test(line) || hasToolWordsOnly(line);
}

/** The same in a document of JSON, one line of many. */
export function isJSONLine(line: string): boolean {
  return JSON_LINE.test(line);
}

function hasToolWordsOnly(line: string): boolean {
  if (line.length > LONGEST_LISTED) return false;
  if (parseIP(line.trim()) !== undefined) return true;
  return (line.match(WORD) ?? []).every((word) => TOOL_WORDS.has(word) || /^KUBE-[A-Z\d-]+$/.test(word));
}
