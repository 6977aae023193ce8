/** `ct mark set mark`, `tcp dport set 81`: changes of a packet or its connection, which the readers leave as text. */

const FIELDS =
  /^(ct (mark|label|zone|helper|event)|meta (priority|pkttype|nftrace|secmark)|ip6? (saddr|daddr|dscp|ttl|hoplimit)|(tcp|udp|th|sctp) (sport|dport)) set$/;
const OF_CONNECTION = /^(meta )?mark set ct$/;
const OPERATORS: ReadonlySet<string> = new Set(["and", "or", "xor", "&", "|", "^"]);
/** No word with which the rest of the rule goes on: what it is hangs on the packet. */
const VALUE = /^(?!(?:ip6?|tcp|udp|th|sctp|ct|meta|iif|oif|fib|rt|socket|ether|vlan|numgen|jhash|symhash)$)[\w.:/-]+$/;

/**
 * Where such a statement ends that begins at `start`; undefined of others, and of a mark set to anything but the connection's. A value of
 * several parts that is none of these is as long as the rule, which ends at `to`.
 */
export function endOfSetField(words: readonly string[], start: number, to: number): number | undefined {
  const isField = FIELDS.test(words.slice(start, start + 3).join(" "));
  const place = isField ? start + 2 : words[start] === "mark" ? start + 1 : start + 2;
  if (!isField && !OF_CONNECTION.test(words.slice(start, place + 2).join(" "))) return undefined;
  let end = place + 1;
  if ((words[end] === "ct" || words[end] === "meta") && words[end + 1] === "mark") end += 2;
  else if (VALUE.test(words[end] ?? "")) end++;
  else return to;
  while (end + 1 < to && OPERATORS.has(words[end]!)) end += 2;
  return end <= to ? end : to;
}
