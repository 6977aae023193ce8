import { isRecord } from "../util/is-record.js";

const CONDITIONS: ReadonlySet<string> = new Set(["ready", "serving", "terminating"]);
const REFERENCE_FIELDS: ReadonlySet<string> = new Set(["kind", "name", "namespace", "uid"]);

/**
 * How many fields the endpoint has, those inside it counted, if an EndpointTable can hold it: one address, conditions
 * that are booleans, texts for nodeName, zone and what targetRef says, and no other field. 0 for any other value.
 */
export function countTableFields(endpoint: unknown): number {
  if (!isRecord(endpoint)) return 0;
  let count = 0;
  let hasAddress = false;
  for (const key in endpoint) {
    const value = endpoint[key];
    const inside = countInside(key, value);
    if (inside < 0) return 0;
    if (key === "addresses") hasAddress = true;
    count += 1 + inside;
  }
  return hasAddress ? count : 0;
}

/** The fields inside the value of one field; below 0 where no table can hold it. */
function countInside(key: string, value: unknown): number {
  switch (key) {
    case "addresses":
      return Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? 0 : -1;
    case "nodeName":
    case "zone":
      return typeof value === "string" ? 0 : -1;
    case "conditions":
      return countFields(value, CONDITIONS, "boolean");
    case "targetRef":
      return countFields(value, REFERENCE_FIELDS, "string");
    default:
      return -1;
  }
}

function countFields(value: unknown, known: ReadonlySet<string>, type: "string" | "boolean"): number {
  if (!isRecord(value)) return -1;
  let count = 0;
  for (const key in value) {
    if (!known.has(key) || typeof value[key] !== type) return -1;
    count++;
  }
  return count;
}
