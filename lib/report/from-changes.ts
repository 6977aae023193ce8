/** What a comparison found as findings. */
import type { Change, DiffReport } from "../diff/types.js";
import type { Coverage, NotCompared } from "../diff/coverage.js";
import { listWords } from "../diff/view-words.js";
import { checkName, nodeLabel } from "../render/node-label.js";
import { groupBy } from "../util/group-by.js";
import { printable } from "../util/printable.js";
import type { Finding } from "./types.js";

/**
 * What each node's comparison found. Of several nodes the messages say whose they are, on one line: a missing rule stands on no
 * line of a file, and a file may be called anything.
 * `capture`: the one file that was given. `allowPartial`: as `isAllowed`.
 */
export function findingsOfNodes(
  reports: readonly DiffReport[],
  { capture, allowPartial }: { readonly capture?: string; readonly allowPartial: boolean },
): Finding[] {
  const isOne = reports.length === 1;
  return reports.flatMap((report) => {
    const name = checkName(report);
    const found = [
      ...findingsOfCoverage(report.coverage, name, allowPartial),
      ...findingsOfChanges(report.changes, name, isOne ? capture : undefined),
    ];
    return isOne ? found : found.map((own) => ({ ...own, message: `${printable(nodeLabel(report))}: ${own.message}` }));
  });
}

/**
 * One finding a change; those of severity info do not fail. `check`: the node they were found on.
 * `capture`: the file that stands for what is missing in it.
 */
export function findingsOfChanges(changes: readonly Change[], check?: string, capture?: string): Finding[] {
  return changes.map((change): Finding => {
    const { kind, severity, service, port, protocol, endpoint, frontend, chain, message, expected, actual, at } =
      change;
    const lines = () => [...expected.map((line) => `- ${line}`), ...actual.map((line) => `+ ${line}`)];
    return {
      id: kind,
      severity: severity === "info" ? "note" : severity,
      message,
      ...(at ? { where: { file: at.file, line: at.line } } : capture !== undefined && { where: { file: capture } }),
      ...(check !== undefined && { check }),
      ...(service !== undefined && { service }),
      notes: [],
      ...(expected.length + actual.length > 0 && { detail: () => lines().join("\n") }),
      fails: severity !== "info",
      identity: [check, service, port, protocol, endpoint, frontend, chain, chain === undefined ? "" : message].map(
        (part) => part ?? "",
      ),
    };
  });
}

/**
 * One failing finding for each reason why service ports were not compared, and one note of the parts that were not
 * given. `isAllowed`: a comparison in part was asked for, so that none fails.
 */
export function findingsOfCoverage(coverage: Coverage, check?: string, isAllowed = false): Finding[] {
  const { wanted, compared, notCompared, notGiven } = coverage;
  const about = check === undefined ? {} : { check };
  const findings = Array.from(
    groupBy(notCompared, ({ message }) => message),
    ([message, ports]): Finding => ({
      id: "not-compared",
      severity: isAllowed ? "warning" : "error",
      message: `${ports.length} of ${wanted} service ports not compared: ${message} (${listWords(ports.map(nameOf))})`,
      ...about,
      notes: [`${compared} of ${wanted} service ports compared`],
      detail: ports.map(nameOf).join("\n"),
      fails: !isAllowed,
      identity: [check ?? "", "not-compared", message],
    }),
  );
  if (notGiven.length === 0) return findings;
  const message = `not given: ${notGiven.join(", ")}`;
  const identity = [check ?? "", "not-given"];
  return [...findings, { id: "not-given", severity: "note", message, ...about, notes: [], fails: false, identity }];
}

function nameOf({ service, port }: NotCompared): string {
  return port === "" ? service : `${service}:${port}`;
}
