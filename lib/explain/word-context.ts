/** What sentences about rules know beside the rule. */
import type { IPFamily } from "../net/ip.js";

export interface WordContext {
  readonly family: IPFamily;
  /** What a chain is for, to follow its name; undefined when not known. */
  readonly chainPurpose: (chain: string) => string | undefined;
  /** "Pod shop/web-1" for an endpoint "ip:port"; undefined when not known. */
  readonly targetName: (target: string) => string | undefined;
}

/** The sentence with a capital first letter and a full stop. */
export function sentence(parts: readonly (string | undefined)[]): string {
  const text = parts.filter((part) => part !== undefined && part !== "").join(" ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** "10.96.0.10" for "10.96.0.10/32". */
export function shortAddress(address: string): string {
  const length = address.includes(":") ? "/128" : "/32";
  return address.endsWith(length) ? address.slice(0, -length.length) : address;
}

/** A probability in per cent with at most two decimals, e.g. "33.33%". */
export function percent(probability: number): string {
  return `${Number((probability * 100).toFixed(2))}%`;
}

/** "1 endpoint", "3 endpoints". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
