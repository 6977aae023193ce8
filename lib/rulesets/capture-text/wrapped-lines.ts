/** Tells a capture whose long lines a terminal, a pager or a mail program broke. */

/** Widths that terminals have. */
const NARROWEST = 40;
const WIDEST = 400;
/** Lines looked at. */
const MOST_LINES = 20_000;

/** How lines begin that are no rest of the line before, by the form that the text has. */
const STARTS = {
  rules: /^(\*[a-z]|:\S|-[APNIR] \S|\[\d+:\d+\] -A |COMMIT|#|$)/,
  counted: /^(\s*\d+[KMGT]?\s+\d+[KMGT]?\s|\s*num\s|\s*pkts\s|\s*\d+\s|Chain |Table: |#|$)/,
  nft: /^(\t|  |table |\}|#|$)/,
  sets: /^(create |add |-[NA] |#|$)/,
} as const;

function formOf(line: string): keyof typeof STARTS | undefined {
  if (/^(\*(nat|filter|mangle|raw)\s*$|:[A-Z]\S* [-A-Z]|-[PN] [A-Z]|-A [A-Z])/.test(line)) return "rules";
  if (/^\s*(num\s+)?pkts\s+bytes\s+target/.test(line)) return "counted";
  if (/^table (ip6?|inet|arp|bridge|netdev) \S+ ?\{/.test(line)) return "nft";
  return /^create \S+ (hash|bitmap|list):/.test(line) ? "sets" : undefined;
}

/** The width lines were broken at and the first line that is a rest; undefined when the lines are whole. */
export function tellWrapping(text: string): { readonly width: number; readonly line: number } | undefined {
  if (isWrappedJSON(text)) return { width: text.indexOf("\n"), line: 2 };
  const lines = linesOf(text);
  const form = lines.map(formOf).find((found) => found !== undefined);
  if (!form) return undefined;
  let width = 0;
  for (const line of lines) width = Math.max(width, line.length);
  if (width < NARROWEST || width > WIDEST) return undefined;
  let rests = 0;
  let others = 0;
  let first = 0;
  for (let i = 1; i < lines.length; i++) {
    if (STARTS[form].test(lines[i]!)) continue;
    if (isRestOf(lines[i - 1]!, lines[i]!, width)) {
      rests++;
      first ||= i + 1;
    } else others++;
  }
  return rests > 1 && rests > 2 * others ? { width, line: first } : undefined;
}

/** The line before is full, or the next word had no room in it. */
function isRestOf(before: string, line: string, width: number): boolean {
  if (before.length === width) return true;
  const space = line.indexOf(" ");
  return before.length + 1 + (space < 0 ? line.length : space) > width;
}

/** nft prints its JSON in one line: broken, every line but the last is as long as the first. */
function isWrappedJSON(text: string): boolean {
  if (!/^\{ ?"nftables"/.test(text)) return false;
  const width = text.indexOf("\n");
  if (width < NARROWEST || width > WIDEST) return false;
  const lines = linesOf(text);
  return lines.length > 3 && lines.slice(0, -2).every((line) => line.length === width);
}

function linesOf(text: string): string[] {
  return text.split("\n", MOST_LINES).map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}
