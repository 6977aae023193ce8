/** What a comparison found as findings. */
import type { Change } from "../diff/types.js";
import type { Finding } from "./types.js";

/**
 * One finding a change; those of severity info do not fail. `check`: the node they were found on.
 * `capture`: the file that stands for what is missing in it.
 */
export function findingsOfChanges(changes: readonly Change[], check?: string, capture?: string): Finding[] {
  return changes.map((change): Finding => {
    const { kind, severity, service, port, protocol, endpoint, frontend, chain, message, expected, actual, at } =
      change;
    const lines = [...expected.map((line) => `- ${line}`), ...actual.map((line) => `+ ${line}`)];
    return {
      id: kind,
      severity: severity === "info" ? "note" : severity,
      message,
      ...(at ? { where: { file: at.file, line: at.line } } : capture !== undefined && { where: { file: capture } }),
      ...(check !== undefined && { check }),
      ...(service !== undefined && { service }),
      notes: [],
      ...(lines.length > 0 && { detail: lines.join("\n") }),
      fails: severity !== "info",
      identity: [check, service, port, protocol, endpoint, frontend, chain, chain === undefined ? "" : message].map(
        (part) => part ?? "",
      ),
    };
  });
}
