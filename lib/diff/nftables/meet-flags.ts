/** Flags of TCP under a mask, which the readers leave as text, and the first packet of a connection, or its answer. */
import { isRecord } from "../../util/is-record.js";
import type { Meeting } from "./meeting.js";

const BITS: Readonly<Record<string, number>> = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 };
/** Whether a connection offers ECN is not known. */
const UNKNOWN_BITS = 64 | 128;

interface Masked {
  readonly mask: number | undefined;
  readonly value: number | undefined;
  readonly isNegated: boolean;
}

/** Undefined of any other text. */
export function meetFlags(
  text: string,
  { protocol, after }: { readonly protocol: string; readonly after?: { readonly isAnswer?: boolean } },
): Meeting | undefined {
  const found = text.startsWith("{") ? ofJSON(text) : ofListing(text);
  if (!found) return undefined;
  const { mask, value, isNegated } = found;
  if (protocol !== "tcp") return { holds: "no", isNamed: false };
  if (mask === undefined || value === undefined || (mask & UNKNOWN_BITS) !== 0)
    return { holds: "maybe", isNamed: false };
  const flags = after?.isAnswer ? BITS["syn"]! | BITS["ack"]! : BITS["syn"]!;
  const isEqual = (flags & mask) === value;
  return { holds: isEqual === isNegated ? "no" : "yes", isNamed: false };
}

const SLASH = /^tcp flags (?:(?<operator>==|!=) )?(?<value>[^/]+) \/ (?<mask>[^/]+)$/;
const AND = /^tcp flags & (?<mask>\(.+\)|\S+) (?<operator>==|!=) (?<value>.+)$/;

function ofListing(text: string): Masked | undefined {
  const groups = (SLASH.exec(text) ?? AND.exec(text))?.groups;
  return (
    groups && {
      mask: bitsOf(groups["mask"]!.split(/[ ,|()]+/)),
      value: bitsOf(groups["value"]!.split(/[ ,|]+/)),
      isNegated: groups["operator"] === "!=",
    }
  );
}

function ofJSON(text: string): Masked | undefined {
  if (!text.startsWith('{"match":') || !text.includes('"flags"')) return undefined;
  const { op, left, right } = fieldsOf((JSON.parse(text) as { readonly match: unknown }).match);
  const sides = fieldsOf(left)["&"];
  if (!Array.isArray(sides) || sides.length !== 2 || (op !== "==" && op !== "!=")) return undefined;
  const [field, mask] = sides as [unknown, unknown];
  const { protocol, field: name } = fieldsOf(fieldsOf(field)["payload"]);
  if (protocol !== "tcp" || name !== "flags") return undefined;
  return { mask: bitsOf(namesIn(mask)), value: bitsOf(namesIn(right)), isNegated: op === "!=" };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** There are eight flags. */
const DEEPEST = 8;

/** Of a list, of "|" with two sides, and of one flag or number. */
function namesIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  const parts = Array.isArray(value) ? (value as unknown[]) : fieldsOf(value)["|"];
  if (!Array.isArray(parts) || depth > DEEPEST) return ["of another form"];
  return parts.flatMap((part) => namesIn(part, depth + 1));
}

function bitsOf(names: readonly string[]): number | undefined {
  let bits = 0;
  for (const name of names.filter((one) => one !== "")) {
    const bit = BITS[name] ?? Number(name);
    if (!Number.isInteger(bit)) return undefined;
    bits |= bit;
  }
  return bits;
}
