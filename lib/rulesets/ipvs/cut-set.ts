/** Whether words of a set's listing may be the beginning of what ipset prints. */
import { isTypedEntry } from "./typed-entry.js";

/** Values that ipset prints for every set of a kind, as kube-proxy makes it. */
const USUAL: readonly (readonly [option: string, value: string])[] = [
  ["maxelem", "65536"],
  ["range", "0-65535"],
];

/** `options`: behind the type, "family inet hashsize 1024 maxelem 65536". ipset prints a maxelem or a range for all. */
export function isBeginningOfHeader(options: readonly string[]): boolean {
  const found = USUAL.find(([option]) => options.includes(option));
  if (!found) return true;
  const value = options[options.indexOf(found[0]) + 1] ?? "";
  return value !== found[1] && found[1].startsWith(value);
}

/** `entry`: "10.96.0.1,tcp:443". `type`: of its set, "hash:ip,port". */
export function isBeginningOfEntry(entry: string, type: string): boolean {
  const dimensions = type.slice(type.indexOf(":") + 1).split(",");
  const parts = entry.split(",");
  if (parts.length < dimensions.length || !isTypedEntry(entry)) return true;
  return dimensions.some((dimension, i) => dimension !== "port" && /^\d+$/.test(parts[i]!));
}
