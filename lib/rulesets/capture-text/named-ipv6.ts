/**
 * Whether a capture's file is named after the tool for IPv6 ("node-1/ip6tables-save.txt"), which tells the family of tables
 * that do not.
 */
export function isNamedIPv6(file: string): boolean {
  return /ip6tables[^/]*$/.test(file);
}
