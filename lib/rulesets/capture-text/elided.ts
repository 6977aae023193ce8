/** Lines by which people say that they left lines out; no tool prints one. */

/** Words for it, in the languages of those who paste. */
const LEFT_OUT =
  "(?:snip(?:ped|ping)?|cut|truncated|trimmed|omitt?(?:ed|ing)?|elided|skipp(?:ed|ing)|removed|redacted|shortened|abbreviated|left out|" +
  "gekürzt|gekuerzt|ausgelassen|weggelassen|tronqué|coupé|omis|recortado|omitido|вырезано|пропущено|опущено|省略|中略|後略|前略|略|생략|중략)";
/** What it is said of where nothing stands around the words. */
const LINES = "(?:output|lines?|rules?|chains?|entries|services?|endpoints?|elements?|rest|others?|remaining|stuff)";

const DOTS = String.raw`(?:\.{3,}|…{1,40}|⋮|\. \. \.)`;
/** Words inside of brackets or behind dots. */
const WORDS = String.raw`[^\n\])>}）】]{0,60}`;
const LETTER = String.raw`[\p{L}\p{N}]`;

const FORMS: readonly string[] = [
  // "...", "... 34 more rules ...", "…省略…"
  `${DOTS}(?: ?${LETTER}[^\\n:"'{}/]{0,60})?`,
  // "(output truncated)", "[...]", "<snip>", "（中略）"
  String.raw`[[(<{（【] ?(?:${DOTS}|(?:${WORDS}(?<!${LETTER}))?${LEFT_OUT}(?!${LETTER})${WORDS}) ?[\])>}）】]`,
  // "--- cut ---", "-- other rules removed --"
  `-{2,200} ?(?:${WORDS}(?<!${LETTER}))?${LEFT_OUT}(?!${LETTER})[^\\n]{0,40}?-{2,}`,
  // "# ...", "# ... more rules", "# other chains omitted for brevity", "# 省略其他规则", "# redacted"
  `#{1,200} ?(?:${DOTS}[^\\n]{0,60}|${LEFT_OUT}|[^\\n]{0,60}(?:省略|中略|생략|중략)[^\\n]{0,40}|[^\\n]{0,60}\\b${LINES}\\b[^\\n]{0,40}\\b(?:are |is |were )?(?:omitted|snipped|truncated|elided|redacted|left out|removed|skipped)\\b[^\\n]{0,40})`,
  // "etc...", "and so on", "rest of the output omitted", "omitted for brevity"
  String.raw`(?:etc\.{1,6}|and so on\.{0,6}|省略|以下省略|以下略|중략|생략)`,
  `(?:the |many |all )?${LINES}\\b[^\\n:"]{0,60}\\b(?:omitted|snipped|truncated|elided|left out)\\b[^\\n]{0,40}`,
  String.raw`(?:omitted|truncated|snipped) (?:for brevity|here)[^\n]{0,20}`,
  // "-A KUBE-SVC-XXXX ...": a rule of which the rest is dots, or the elements of a set; those of nft -t are dots alone
  String.raw`-A \S[^"\n]{0,400} (?:\.{3,}|…)`,
  String.raw`elements = \{ ?[^"\n]{1,400}[, ](?:\.{3,}|…) ?\}?`,
];

const ELISION = new RegExp(`^[>|\\t ]{0,80}(?:${FORMS.join("|")})[\\t\\r ]{0,80}$`, "imu");

/**
 * One of these is in each of the forms, and in hardly any capture: to compile those takes longer than to look for these. A word
 * stands by itself, since hashes in the names of chains have all short ones in them.
 */
const MAY_BE_ELIDED = new RegExp(
  String.raw`[^\0-\x7f]|\.{3}|\. \. \.|(?<![a-z\d])(?:${LEFT_OUT}(?![a-z\d])|etc\.|and so on)`,
  "i",
);

/** Whether the line says that others were left out here. */
export function isElision(line: string): boolean {
  return ELISION.test(line);
}

/** The number of the first such line. */
export function lineOfElision(head: string): number | undefined {
  const found = MAY_BE_ELIDED.test(head) ? ELISION.exec(head) : undefined;
  return found ? head.slice(0, found.index).split("\n").length : undefined;
}

/** What prints all of what the text is a part of. */
export function toolOf(head: string): string {
  if (/^[>\t ]*(?:table (?:ip6?|inet) |(?:chain|map|set) \S+ \{|elements = \{)/m.test(head)) return "nft list ruleset";
  if (/^[>\t ]*(?:\*[a-z]+\s*$|-[AN] \S|:\S+ \S|Chain )/m.test(head)) return "iptables-save";
  if (/^[>\t ]*(?:IP Virtual Server|Prot LocalAddress|(?:TCP|UDP) +\S+:\d)/m.test(head)) return "ipvsadm-save -n";
  return /^[>\t ]*Name: \S/m.test(head) ? "ipset save" : "iptables-save";
}
