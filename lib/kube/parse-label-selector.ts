/** A label selector as kubectl's `-l` has it: "app=web,tier!=test,env in (a, b),!legacy". */
import type { LabelSelector } from "./types.js";

type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

const KEY = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?";
const VALUE = "(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?";
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const WHOLE_VALUE = new RegExp(`^${VALUE}$`);

/**
 * Reads equality-based and set-based requirements, all of which are to hold; a text says which part is none.
 * `!=` and `notin` are satisfied by a missing label, as in the API.
 */
export function parseLabelSelector(text: string): LabelSelector | string {
  const matchExpressions: Requirement[] = [];
  for (const part of splitOutsideBraces(text)) {
    const requirement = parseRequirement(part.trim());
    if (!requirement) return part.trim();
    matchExpressions.push(requirement);
  }
  return { matchExpressions };
}

function splitOutsideBraces(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseRequirement(text: string): Requirement | undefined {
  const [, key, sign, value] = EQUALITY.exec(text) ?? [];
  if (key !== undefined) return { key, operator: sign === "!=" ? "NotIn" : "In", values: [value!] };
  const [, setKey, word, list] = SET.exec(text) ?? [];
  if (setKey !== undefined) {
    const values = list!.split(",").map((item) => item.trim());
    if (!values.every((item) => WHOLE_VALUE.test(item))) return undefined;
    return { key: setKey, operator: word === "in" ? "In" : "NotIn", values };
  }
  const [, not, existing] = EXISTS.exec(text) ?? [];
  return existing === undefined ? undefined : { key: existing, operator: not === "!" ? "DoesNotExist" : "Exists" };
}
