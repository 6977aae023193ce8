/** What iptables says on stderr, in the middle of a line that goes on behind it. */

const WARNING = String.raw`# Warning: ip6?tables-legacy tables present, use ip6?tables-legacy(?:-save)? to see them`;

/**
 * How it is found in lines that have `prefix` in front, and are at the left edge else: a line that holds nothing but
 * the prefix in front of the warning, or quote marks of a prefix that nobody told, goes on nowhere.
 */
export function warningInside(prefix: string): RegExp {
  const front = prefix.replaceAll(/[^\w \t]/g, String.raw`\$&`);
  return new RegExp(`^(${front})(?![ \\t>|]*${WARNING})([^\\n]{1,1000}?)(${WARNING})\\r?\\n(?:${front})?`, "gm");
}

/** Whether it is in one of the texts. */
export function hasWarningInside(texts: readonly string[], form: RegExp): boolean {
  return texts.some((text) => text.includes("-legacy tables present") && text.search(form) >= 0);
}

/** The text with the warning in front of the line that it broke. */
export function withoutWarningInside(text: string, form: RegExp): string {
  return text.replace(form, "$1$3\n$1$2");
}
