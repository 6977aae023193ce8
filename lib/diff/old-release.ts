/** The error for rules of a release that is not covered. */
import { OLDEST_MINOR } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** `rule`: the one that tells it, quoted in a note; `why`: "it does ...". */
export function oldRelease(rule: string, why: string, file: string | undefined): Diagnostic {
  return {
    code: "capture-of-an-old-release",
    severity: "error",
    message: `the rules are those of a kube-proxy release before 1.${OLDEST_MINOR}, which is the oldest that is covered: ${why}`,
    ...(file !== undefined && { at: { file } }),
    notes: [`the rule that tells it: ${rule.replace(/[^ -~]/g, "?").slice(0, 200)}`],
  };
}
