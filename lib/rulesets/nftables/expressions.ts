/** Expressions: what a match, a map or an update looks at. */
import type { Expression } from "./types.js";
import { printMark } from "./datatypes.js";
import { fieldOf, numberOf, textOf } from "./json.js";
import { readNumber, type WordReader } from "./tokens.js";
import { isRecord } from "../../util/is-record.js";

/** Meta keys that may stand without the word "meta". */
const BARE_META = new Set([
  "mark",
  "iif",
  "iifname",
  "iiftype",
  "oif",
  "oifname",
  "oiftype",
  "skuid",
  "skgid",
  "nftrace",
  "rtclassid",
  "ibrname",
  "obrname",
  "pkttype",
  "cpu",
  "iifgroup",
  "oifgroup",
  "cgroup",
]);
const META_KEYS = new Set([
  ...BARE_META,
  "length",
  "protocol",
  "priority",
  "nfproto",
  "l4proto",
  "random",
  "time",
  "day",
  "hour",
]);
const PAYLOADS = new Set([
  "ip",
  "ip6",
  "tcp",
  "udp",
  "udplite",
  "sctp",
  "dccp",
  "th",
  "icmp",
  "icmpv6",
  "ether",
  "arp",
  "vlan",
  "ah",
  "esp",
  "comp",
]);
const BITWISE: Readonly<Record<string, "and" | "or" | "xor">> = {
  and: "and",
  "&": "and",
  or: "or",
  "|": "or",
  xor: "xor",
  "^": "xor",
};

const payloads = new Map<string, Expression>();

/** Header fields are few and occur in most rules: each is made once. */
function payload(protocol: string, field: string): Expression {
  const key = `${protocol} ${field}`;
  let found = payloads.get(key);
  if (!found) {
    found = { kind: "payload", protocol, field };
    if (payloads.size < 256) payloads.set(key, found);
  }
  return found;
}

const metas = new Map<string, Expression>();

function meta(key: string): Expression {
  let found = metas.get(key);
  if (!found) {
    found = { kind: "meta", key };
    if (metas.size < 256) metas.set(key, found);
  }
  return found;
}

/** An expression, with its concatenation and a bitwise operation by a constant; undefined when the words are none. */
export function parseExpression(reader: WordReader): Expression | undefined {
  const start = reader.at;
  const first = parsePrimary(reader);
  if (!first) {
    reader.at = start;
    return undefined;
  }
  if (reader.peek() === ".") {
    const parts = [first];
    while (reader.take(".")) {
      const part = parsePrimary(reader);
      if (!part) {
        reader.at = start;
        return undefined;
      }
      parts.push(part);
    }
    return { kind: "concat", parts };
  }
  const operator = bitwiseOperator(reader.peek());
  if (operator) {
    const right = readNumber(reader.peek(1));
    if (right !== undefined) {
      reader.at += 2;
      return { kind: "bitwise", operator, left: first, right };
    }
  }
  return first;
}

export function bitwiseOperator(word: string): "and" | "or" | "xor" | undefined {
  return Object.hasOwn(BITWISE, word) ? BITWISE[word] : undefined;
}

function parsePrimary(reader: WordReader): Expression | undefined {
  const word = reader.peek();
  if (word === "meta") {
    if (!META_KEYS.has(reader.peek(1))) return undefined;
    reader.at += 2;
    return meta(reader.peek(-1));
  }
  if (BARE_META.has(word)) {
    reader.at++;
    return meta(word);
  }
  if (PAYLOADS.has(word)) {
    const field = reader.peek(1);
    if (!/^[a-z][a-z0-9-]*$/.test(field)) return undefined;
    reader.at += 2;
    return payload(word, field);
  }
  if (word === "ct") return parseCt(reader);
  if (word === "fib") return parseFib(reader);
  if (word === "numgen") return parseNumgen(reader);
  return undefined;
}

function parseCt(reader: WordReader): Expression | undefined {
  const words = [reader.peek(1)];
  // "ct original ip daddr"; what iptables-nft made has no family.
  if (words[0] === "original" || words[0] === "reply") words.push(reader.peek(2));
  if (words[1] === "ip" || words[1] === "ip6") words.push(reader.peek(3));
  if (!words.every((word) => /^[a-z][a-z0-9-]*$/.test(word))) return undefined;
  reader.at += words.length + 1;
  return { kind: "ct", key: words.join(" ") };
}

function parseFib(reader: WordReader): Expression | undefined {
  reader.at++;
  const flags = [reader.next()];
  while (reader.take(".")) flags.push(reader.next());
  const result = reader.next();
  return result === "" || result === "{" ? undefined : { kind: "fib", flags: flags.join(" . "), result };
}

function parseNumgen(reader: WordReader): Expression | undefined {
  reader.at++;
  const mode = reader.next();
  if (!reader.take("mod")) return undefined;
  const modulus = reader.takeNumber();
  if (modulus === undefined) return undefined;
  const offset = reader.take("offset") ? reader.takeNumber() : undefined;
  return offset ? { kind: "numgen", mode, modulus, offset } : { kind: "numgen", mode, modulus };
}

/** As kube-proxy writes it. */
export function printExpression(e: Expression): string {
  switch (e.kind) {
    case "payload":
      return e.protocol + " " + e.field;
    case "meta":
      return e.key === "mark" || e.key === "iif" || e.key === "iifname" ? e.key : `meta ${e.key}`;
    case "ct":
      return `ct ${e.key}`;
    case "fib":
      return `fib ${e.flags} ${e.result}`;
    case "numgen":
      return `numgen ${e.mode} mod ${e.modulus}${e.offset ? ` offset ${e.offset}` : ""}`;
    case "concat":
      return e.parts.map(printExpression).join(" . ");
    case "bitwise":
      return `${printExpression(e.left)} ${e.operator} ${printMark(e.right)}`;
  }
}

/** From `nft -j`. */
export function expressionFromJSON(json: unknown, depth = 0): Expression | undefined {
  if (!isRecord(json) || depth > 8) return undefined;
  const inner = fieldOf(json, "payload");
  if (isRecord(inner)) {
    const protocol = textOf(fieldOf(inner, "protocol"));
    const field = textOf(fieldOf(inner, "field"));
    return protocol !== undefined && field !== undefined ? payload(protocol, field) : undefined;
  }
  const metaKey = fieldOf(fieldOf(json, "meta"), "key");
  if (typeof metaKey === "string") return meta(metaKey);
  const ct = fieldOf(json, "ct");
  const ctKey = textOf(fieldOf(ct, "key"));
  if (ctKey !== undefined) return { kind: "ct", key: [textOf(fieldOf(ct, "dir")) ?? [], ctKey].flat().join(" ") };
  const fib = fieldOf(json, "fib");
  if (isRecord(fib)) {
    const result = textOf(fieldOf(fib, "result"));
    const flags = fieldOf(fib, "flags");
    if (result === undefined) return undefined;
    const names = Array.isArray(flags) ? flags : [flags];
    return names.every((name) => typeof name === "string")
      ? { kind: "fib", flags: names.join(" . "), result }
      : undefined;
  }
  const numgen = fieldOf(json, "numgen");
  if (isRecord(numgen)) {
    const mode = textOf(fieldOf(numgen, "mode"));
    const modulus = numberOf(fieldOf(numgen, "mod"));
    const offset = numberOf(fieldOf(numgen, "offset"));
    if (mode === undefined || modulus === undefined) return undefined;
    return offset ? { kind: "numgen", mode, modulus, offset } : { kind: "numgen", mode, modulus };
  }
  const parts = fieldOf(json, "concat");
  if (Array.isArray(parts)) {
    const read = parts.map((part) => expressionFromJSON(part, depth + 1));
    return read.every((part) => part !== undefined) ? { kind: "concat", parts: read } : undefined;
  }
  for (const sign of ["&", "|", "^"]) {
    const operands = fieldOf(json, sign);
    if (!Array.isArray(operands) || operands.length !== 2) continue;
    const left = expressionFromJSON(operands[0], depth + 1);
    const right = numberOf(operands[1]);
    return left && right !== undefined ? { kind: "bitwise", operator: bitwiseOperator(sign)!, left, right } : undefined;
  }
  return undefined;
}
