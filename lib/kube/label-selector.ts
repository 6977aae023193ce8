/** Whether labels satisfy a LabelSelector. */
import type { LabelSelector } from "./types.js";

type Labels = Readonly<Record<string, string>> | undefined;

/** The label's value; undefined when absent. Never looks at inherited keys. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/**
 * Whether labels satisfy every requirement of the selector; `{}` is satisfied by everything, an unknown operator by nothing.
 * `NotIn` and `DoesNotExist` are satisfied by a missing key.
 * Source: apimachinery pkg/apis/meta/v1, LabelSelector; the caller decides what an absent selector means.
 */
export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labelOf(labels, key) !== value) return false;
  }
  return (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    const found = labelOf(labels, key);
    switch (operator) {
      case "In":
        return found !== undefined && (values ?? []).includes(found);
      case "NotIn":
        return found === undefined || !(values ?? []).includes(found);
      case "Exists":
        return found !== undefined;
      case "DoesNotExist":
        return found === undefined;
      default:
        return false;
    }
  });
}

/** The label keys a selector asks about. */
export function selectorKeys(selector: LabelSelector): string[] {
  return [...Object.keys(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key }) => key)];
}
