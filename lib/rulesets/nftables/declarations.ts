/** Lines inside chain and set blocks that are not rules or elements. */
import { readDuration, readPriority } from "./datatypes.js";
import { unquote, type WordReader } from "./tokens.js";
import type { BaseChain } from "./types.js";

/** A chain while it is read. */
export interface ChainOptions {
  base?: BaseChain;
  comment?: string;
}

/** A set while it is read. */
export interface SetOptions {
  keyType: readonly string[];
  valueType?: string;
  flags: readonly string[];
  timeoutSeconds?: number;
  size?: number;
  comment?: string;
}

const CHAIN_TYPES: ReadonlySet<string> = new Set(["filter", "nat", "route"]);
const HOOKS: ReadonlySet<string> = new Set([
  "prerouting",
  "input",
  "forward",
  "output",
  "postrouting",
  "ingress",
  "egress",
]);

/** `type filter hook input priority filter`, `policy accept`, `comment "..."`; false for anything else. */
export function readChainOption(reader: WordReader, chain: ChainOptions): boolean {
  if (reader.take("type")) {
    const type = reader.next();
    if (chain.base || !CHAIN_TYPES.has(type) || !reader.take("hook")) return false;
    const hook = reader.next();
    if (!HOOKS.has(hook) || !takeDevices(reader)) return false;
    if (!reader.take("priority")) return false;
    let text = "";
    while (!reader.done) text += ` ${reader.next()}`;
    const priority = readPriority(text);
    if (priority === undefined) return false;
    chain.base = { type, hook, priority };
    return true;
  }
  // Without its type line, which comes first, a policy says nothing: the capture lacks lines here.
  if (chain.base && reader.peek() === "policy" && (reader.peek(1) === "accept" || reader.peek(1) === "drop")) {
    chain.base = { ...chain.base, policy: reader.peek(1) };
    reader.at += 2;
    return reader.done;
  }
  return readComment(reader, chain);
}

/** `device "eth0"` or `devices = { "eth0", "eth1" }`, or none. */
function takeDevices(reader: WordReader): boolean {
  if (reader.take("device")) return reader.next() !== "";
  if (!reader.take("devices")) return true;
  if (!reader.take("=") || !reader.take("{")) return false;
  while (!reader.done && !reader.take("}")) reader.next();
  return !reader.done;
}

function readComment(reader: WordReader, into: { comment?: string }): boolean {
  if (reader.peek() !== "comment" || reader.at + 2 !== reader.end) return false;
  into.comment = unquote(reader.peek(1));
  reader.at += 2;
  return true;
}

/** Datatypes of expressions, for `typeof`. */
const TYPES: Readonly<Record<string, string>> = {
  "ip saddr": "ipv4_addr",
  "ip daddr": "ipv4_addr",
  "ip6 saddr": "ipv6_addr",
  "ip6 daddr": "ipv6_addr",
  "meta l4proto": "inet_proto",
  "th dport": "inet_service",
  "tcp dport": "inet_service",
};

/** `type ...`, `typeof ...`, `flags ...`, `timeout ...`, `comment "..."` and what changes nothing; false for anything else. */
export function readSetOption(reader: WordReader, set: SetOptions): boolean {
  const word = reader.next();
  switch (word) {
    case "type":
    case "typeof": {
      const text = rest(reader);
      if (text.includes('"')) return false;
      const [key, value] = splitAt(text, ":");
      set.keyType = key.split(" . ").map((type) => (word === "typeof" ? (TYPES[type] ?? type) : type));
      set.valueType = value;
      return key !== "";
    }
    case "flags":
      while (!reader.done) {
        set.flags = [...set.flags, reader.next()];
        reader.take(",");
      }
      return true;
    case "timeout":
      set.timeoutSeconds = readDuration(reader.next());
      return set.timeoutSeconds !== undefined && reader.done;
    case "comment":
      reader.at--;
      return readComment(reader, set);
    case "size": {
      const size = Number(reader.next());
      if (Number.isInteger(size)) set.size = size;
      return true;
    }
    case "gc-interval":
    case "policy":
    case "auto-merge":
    case "counter":
      return true;
    default:
      return false;
  }
}

function rest(reader: WordReader): string {
  let text = reader.next();
  while (!reader.done) text += ` ${reader.next()}`;
  return text;
}

function splitAt(text: string, word: string): [string, string | undefined] {
  const at = text.indexOf(` ${word} `);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + word.length + 2)];
}
