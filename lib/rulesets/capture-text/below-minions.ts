/** JSON of nft or ip as Salt prints it: below the name of its minion, and indented. */

const MINION = /^([A-Za-z0-9][\w.-]{0,252}):[ \t\r]*$/;
const BEGIN = /^\s*[A-Za-z0-9][\w.-]{0,252}:[ \t\r]*\n[ \t]*(?:\{\s*"nftables"|\[\s*\{\s*"ifindex")/;

/** Whether the text may be such, by its beginning. */
export function mayBeBelowMinions(head: string): boolean {
  return BEGIN.test(head);
}

/** The JSON of the one minion, or the minions where there are several. */
export function findBelowMinions(text: string): { readonly text: string } | { readonly nodes: readonly string[] } {
  const lines = text.split("\n");
  const nodes = [...new Set(lines.flatMap((line) => MINION.exec(line)?.[1] ?? []))];
  return nodes.length > 1 ? { nodes } : { text: lines.filter((line) => !MINION.test(line)).join("\n") };
}
