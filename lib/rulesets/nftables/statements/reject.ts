/** `reject`, `reject with icmp port-unreachable`, `reject with tcp reset`. */
import { fieldOf, numberOf, textOf } from "../json.js";
import type { WordReader } from "../tokens.js";
import type { Statement } from "../types.js";

type Reject = Extract<Statement, { kind: "reject" }>;

/** What follows the word. Older nft writes `with icmp type port-unreachable`. */
export function parseReject(reader: WordReader): Reject | undefined {
  if (!reader.take("with")) return { kind: "reject" };
  const type = reader.takeText();
  if (type === undefined) return undefined;
  reader.take("type");
  const code = reader.takeText();
  return code === undefined ? undefined : { kind: "reject", with: `${type} ${code}` };
}

export function printReject(statement: Reject): string {
  return statement.with === undefined ? "reject" : `reject with ${statement.with}`;
}

export function rejectFromJSON(json: unknown): Reject | undefined {
  if (json === null) return { kind: "reject" };
  const type = textOf(fieldOf(json, "type"));
  if (type === "tcp reset") return { kind: "reject", with: type };
  const expr = fieldOf(json, "expr");
  // A number with -n.
  const code = textOf(expr) ?? numberOf(expr)?.toString();
  return type !== undefined && code !== undefined ? { kind: "reject", with: `${type} ${code}` } : undefined;
}

const DEFAULTS = new Set(["icmp port-unreachable", "icmpv6 port-unreachable", "icmp 3", "icmpv6 4"]);

/** The family's default is left out. */
export function normalizeReject(statement: Reject): Reject {
  return statement.with !== undefined && DEFAULTS.has(statement.with) ? { kind: "reject" } : statement;
}
