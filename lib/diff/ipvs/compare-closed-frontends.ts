/** KUBE-IPVS-OUT-FILTER: load-balancer addresses that their source ranges close to the node itself. */
import { serviceOfLabel } from "./attribute-stale.js";
import { normalText, ruleChange, type NormalRule } from "./normal-rules.js";
import type { ExpectedIPVS } from "./types.js";
import type { Change } from "../types.js";

/** kube-proxy leaves the order of its rules to chance. */
export const OUT_FILTER = "KUBE-IPVS-OUT-FILTER";

/** KUBE-IPVS-OUT-FILTER: each rule keeps this node from a load-balancer address whose source ranges leave it out. */
export function describeClosedFrontends(
  expected: ExpectedIPVS,
  missing: readonly NormalRule[],
  extra: readonly NormalRule[],
): Change[] {
  const labels = new Map<string, string>();
  for (const table of expected.iptables.tables)
    for (const rule of table.rules)
      if (rule.chain === OUT_FILTER && rule.origin) labels.set(normalText(expected, rule).text, rule.origin.label);
  const owners = new Map(
    expected.state.virtualServers.map((s) => [`${s.protocol} ${s.address} ${s.port}`, s.origin?.label]),
  );
  return [
    ...missing.map((rule) => {
      const label = labels.get(rule.text);
      return closedChange(
        label,
        `${label ?? "a service"} can be reached from this node, which its source ranges leave out`,
        [rule],
        [],
      );
    }),
    ...extra.map((rule) => {
      const match = rule.rule.clauses.find((clause) => clause.kind === "ipvs");
      if (!match)
        return ruleChange(
          "unknown-rule",
          "error",
          OUT_FILTER,
          `${OUT_FILTER} holds a rule that kube-proxy did not write`,
          [],
          [rule],
        );
      const label = owners.get(`${match.protocol} ${match.address?.replace(/\/\d+$/, "")} ${match.port}`);
      return closedChange(
        label,
        `${label ?? "a frontend of no service"} is closed to this node, which it should not be`,
        [],
        [rule],
      );
    }),
  ];
}

function closedChange(
  label: string | undefined,
  message: string,
  missing: readonly NormalRule[],
  extra: readonly NormalRule[],
): Change {
  const service = label === undefined ? undefined : serviceOfLabel(label);
  return {
    ...ruleChange("source-range-changed", "error", OUT_FILTER, message, missing, extra),
    ...(service !== undefined && { service, port: label!.slice(service.length + 1) }),
  };
}
