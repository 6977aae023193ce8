/** Conditions of a traced packet, in words. */
import type { Condition } from "../trace/types.js";

/** "if it came in by docker0 and 10.0.0.5 is no address of the node". */
export function conditionsText(conditions: readonly Condition[]): string {
  return `if ${conditions.map(conditionText).join(" and ")}`;
}

function conditionText(condition: Condition): string {
  if (condition.kind === "local")
    return `${condition.address} is ${condition.isLocal ? "an" : "no"} address of the node`;
  const way = condition.kind === "in-interface" ? "came in by" : "goes out by";
  const names = condition.names.map((name) => (name.endsWith("+") ? `${name.slice(0, -1)}*` : name));
  if (!condition.negated) return `it ${way} ${names.join(" or ")}`;
  return names.length === 1 ? `it ${way} another interface than ${names[0]}` : `it ${way} none of ${names.join(", ")}`;
}
