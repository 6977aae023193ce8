/** What ports have in common, wherever they stand. */
import type { DiagnosticCode } from "../../diagnostics/codes.js";
import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";
import type { FieldPath } from "../../source/origin.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import { isQualifiedName, QUALIFIED_NAME_WORDS } from "./grammar.js";
import { isGiven } from "./raw-values.js";

const PROTOCOLS = ["TCP", "UDP", "SCTP"];

/** Whether a number is a port. */
export function isPort(value: number): boolean {
  return value >= 1 && value <= 65535;
}

/** The number of a port field, reported when it is missing or outside 1-65535; 0 then. `label`: the field as users call it. */
export function checkPortNumber(f: Findings, value: unknown, path: FieldPath, label: string): number {
  if (!isGiven(value)) {
    refuseAlways(f, "port-out-of-range", path.slice(0, -1), `${label} is missing, expected 1-65535`);
    return 0;
  }
  if (typeof value !== "number" || value !== (value | 0)) return 0;
  if (isPort(value)) return value;
  refuseAlways(f, "port-out-of-range", path, `${label} ${value} is outside 1-65535`);
  return 0;
}

/** The protocol, TCP when absent; what is no protocol is reported and counts as itself. */
export function checkProtocol(f: Findings, value: unknown, path: FieldPath): string {
  if (typeof value !== "string" || value === "") return "TCP";
  if (value !== "TCP" && value !== "UDP" && value !== "SCTP") {
    const near = nearest(value, PROTOCOLS);
    refuseAlways(
      f,
      "protocol-unknown",
      path,
      `protocol ${quoted(value)} is not one of ${PROTOCOLS.join(", ")}`,
      ...(near ? [`did you mean ${near}?`] : []),
    );
  }
  return value;
}

/** An appProtocol, which has the grammar of a label key. */
export function checkAppProtocol(f: Findings, value: unknown, path: FieldPath): void {
  if (typeof value === "string" && !isQualifiedName(value))
    refuse(f, "app-protocol-invalid", path, `appProtocol ${quoted(value)} is no valid name`, QUALIFIED_NAME_WORDS);
}

/** Words without which nobody can tell what kube-proxy does; of other fields it takes what it does not know for the default. */
const DECISIVE: ReadonlySet<DiagnosticCode> = new Set([
  "service-type-unknown",
  "address-type-unknown",
  "ip-family-invalid",
]);

/** Reports a text that is none of the words allowed. */
export function checkEnum(
  f: Findings,
  code: DiagnosticCode,
  value: unknown,
  path: FieldPath,
  words: readonly string[],
): void {
  if (typeof value !== "string" || words.includes(value)) return;
  const near = nearest(value, words);
  const say = DECISIVE.has(code) ? refuseAlways : refuse;
  say(
    f,
    code,
    path,
    `${String(path.filter((s) => typeof s === "string").at(-1))} ${quoted(value)} is not one of ${words.join(", ")}`,
    ...(near ? [`did you mean ${near}?`] : []),
  );
}
