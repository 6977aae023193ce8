/** Names of interfaces as iptables writes them: a "+" at the end stands for anything. */

/** Whether every interface that a name stands for is among those that another stands for. */
export function isAmong(name: string, other: string): boolean {
  return other.endsWith("+") ? name.startsWith(other.slice(0, -1)) : name === other;
}
