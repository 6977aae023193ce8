/** Label selectors in their text form: "app=web, tier in (a, b), !legacy". */
import type { LabelSelector } from "../kube/types.js";

type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

function parseRequirement(text: string): Requirement | undefined {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const values = set[3]!.split(",").map((value) => value.trim());
    return { key: set[1]!, operator: set[2] === "in" ? "In" : "NotIn", values };
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equality) return { key: equality[1]!, operator: equality[2] === "!=" ? "NotIn" : "In", values: [equality[3]!] };
  const existence = /^(!?)\s*([^\s=!]+)$/.exec(text);
  return existence ? { key: existence[2]!, operator: existence[1] ? "DoesNotExist" : "Exists" } : undefined;
}

/** Reads a selector text; undefined when it does not parse. Source: apimachinery pkg/labels. */
export function parseSelectorText(text: string): LabelSelector | undefined {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const requirements = parts.filter((part) => part !== "").map(parseRequirement);
  if (requirements.some((requirement) => requirement === undefined)) return undefined;
  return { matchExpressions: requirements as Requirement[] };
}
