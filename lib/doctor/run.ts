/** All checks over one input. */
import type { Service } from "../kube/types.js";
import { createAboutServices } from "./about-services.js";
import { createContext, factsOf } from "./context.js";
import { CHECKS } from "./checks/index.js";
import { compare, listText, objectText } from "./describe.js";
import { findMissingNeed } from "./needs.js";
import { findSuppression, type Suppression, type SuppressionRules } from "./suppress.js";
import type { Check, CheckResult, DoctorInput, Finding, FindingSeverity } from "./types.js";

/** A check that could not decide something, once for each reason. */
export interface Undecided {
  readonly check: string;
  readonly reason: string;
  /** How often. */
  readonly times: number;
}

export interface DoctorReport {
  /** Worst first, then by check, subject and detail. */
  readonly findings: readonly Finding[];
  readonly notEnoughInput: readonly Undecided[];
  readonly suppressed: readonly { readonly finding: Finding; readonly by: Suppression }[];
  /** Ids of the checks that ran. */
  readonly checks: readonly string[];
}

const RANK: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

function findingOf(check: Check, problem: Exclude<CheckResult, { notEnoughInput: string }>): Finding {
  const subject = problem.subject ?? (problem.object ? objectText(problem.object) : "");
  const fingerprint = [check.id, subject, problem.detail ?? ""].filter((part) => part !== "").join(" | ");
  return {
    ...problem,
    check: check.id,
    severity: problem.severity ?? check.severity,
    why: problem.why ?? check.why,
    subject,
    fingerprint,
  };
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    compare(a.check, b.check) ||
    compare(a.subject, b.subject) ||
    compare(a.detail ?? "", b.detail ?? "") ||
    compare(a.message, b.message)
  );
}

/** One finding for each cause: the first, which names the objects of the others. Takes findings in their order. */
function groupByCause(sorted: readonly Finding[]): Finding[] {
  const firsts = new Map<string, { readonly finding: Finding; readonly also: string[] }>();
  for (const finding of sorted) {
    const id = finding.cause === undefined ? finding.fingerprint : `${finding.check}\0${finding.cause}`;
    const first = firsts.get(id);
    if (first) first.also.push(finding.subject);
    else firsts.set(id, { finding, also: [] });
  }
  return [...firsts.values()].map(({ finding, also }) => {
    const others = [...new Set(also)].filter((subject) => subject !== finding.subject);
    if (others.length === 0) return finding;
    return { ...finding, message: `${finding.message}; the same holds for ${listText(others)}` };
  });
}

/** What is asked of the checks. */
export interface DoctorQuestion {
  readonly rules?: SuppressionRules;
  /** Those to run, all of them by default. */
  readonly checks?: readonly Check[];
  /** The Services that are meant; all by default. */
  readonly services?: readonly Service[];
}

/** What is wrong, what could not be decided and what was suppressed. One pass over the services; nothing is services x pods. */
export function runDoctor(input: DoctorInput, question: DoctorQuestion = {}): DoctorReport {
  const { rules = {}, checks = CHECKS, services } = question;
  const isAsked = services ? createAboutServices(services) : () => true;
  const context = createContext(input);
  const findings = new Map<string, Finding>();
  const suppressed: { finding: Finding; by: Suppression }[] = [];
  const undecided = new Map<string, Undecided>();
  const take = (check: Check, results: Iterable<CheckResult>) => {
    for (const result of results) {
      if ("notEnoughInput" in result) {
        const id = `${check.id}\0${result.notEnoughInput}`;
        const times = (undecided.get(id)?.times ?? 0) + 1;
        undecided.set(id, { check: check.id, reason: result.notEnoughInput, times });
        continue;
      }
      if (!isAsked(result)) continue;
      const finding = findingOf(check, result);
      const by = findSuppression(finding, rules);
      if (by) suppressed.push({ finding, by });
      else if (!findings.has(finding.fingerprint)) findings.set(finding.fingerprint, finding);
    }
  };
  const able = checks.filter((check) => {
    const missing = findMissingNeed(check, context);
    if (missing !== undefined) take(check, [{ notEnoughInput: missing }]);
    return missing === undefined;
  });
  const ofService = able.filter((check) => check.scope === "service");
  if (ofService.length > 0)
    for (const service of services ?? context.cluster.services) {
      const facts = factsOf(service, context);
      for (const check of ofService) take(check, check.run(facts, context));
    }
  for (const check of able) {
    if (check.scope === "cluster") take(check, check.run(context));
    else if (check.scope === "capture")
      for (const capture of context.captures) take(check, check.run(capture, context));
  }
  return {
    findings: groupByCause([...findings.values()].sort(compareFindings)),
    notEnoughInput: [...undecided.values()].sort((a, b) => compare(a.check, b.check) || compare(a.reason, b.reason)),
    suppressed: suppressed.sort((a, b) => compareFindings(a.finding, b.finding)),
    checks: checks.map(({ id }) => id),
  };
}
