/** What iptables and nft say in the middle of a line that goes on behind it. */

const WARNING = [
  // On stderr, where the output is buffered.
  String.raw`# Warning: ip6?tables-legacy tables present, use ip6?tables-legacy(?:-save)? to see them`,
  // nft without iptables' modules, of each target and match in the rules of iptables-nft.
  String.raw`# Warning: XT (?:target|match) \S{1,40} not found`,
].join("|");

/** A part of each warning, for a quick look. */
const PARTS = ["-legacy tables present", "# Warning: XT "];

/**
 * How it is found in lines that have `prefix` in front, and are at the left edge else: a line that holds nothing but
 * the prefix in front of the warning, or quote marks of a prefix that nobody told, goes on nowhere.
 */
export function warningInside(prefix: string): RegExp {
  const front = escaped(prefix);
  const part = String.raw`[^\n]{1,1000}?(?:${WARNING})\r?\n(?:${front})?`;
  return new RegExp(`^(${front})(?![ \\t>|]*(?:${WARNING}))((?:${part}){1,20})`, "gm");
}

/** Whether it is in one of the texts. */
export function hasWarningInside(texts: readonly string[], form: RegExp): boolean {
  return texts.some((text) => PARTS.some((part) => text.includes(part)) && text.search(form) >= 0);
}

/** The text with the warnings in front of the line that they broke, so that there are as many lines as before. */
export function withoutWarningInside(text: string, form: RegExp): string {
  return text.replace(form, (_, front: string, broken: string) => {
    const warnings: string[] = [];
    const line = broken.replaceAll(
      new RegExp(String.raw`(${WARNING})\r?\n(?:${escaped(front)})?`, "g"),
      (__, said: string) => {
        warnings.push(`${front}${said}\n`);
        return "";
      },
    );
    return `${warnings.join("")}${front}${line}`;
  });
}

function escaped(front: string): string {
  return front.replaceAll(/[^\w \t]/g, String.raw`\$&`);
}
