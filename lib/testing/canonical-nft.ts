/**
 * nft commands in one order, so that texts that mean the same are equal: everything but rules sorted, then the rules by
 * chain, in their order within a chain.
 */
export function canonicalNft(lines: Iterable<string>): string[] {
  const rest: string[] = [];
  const rules = new Map<string, string[]>();
  for (const line of lines) {
    if (line === "") continue;
    const chain = /^add rule (\S+ \S+ \S+) /.exec(line)?.[1];
    if (chain === undefined) rest.push(line);
    else if (rules.has(chain)) rules.get(chain)!.push(line);
    else rules.set(chain, [line]);
  }
  return [...rest.sort(), ...[...rules.keys()].sort().flatMap((chain) => rules.get(chain)!)];
}
