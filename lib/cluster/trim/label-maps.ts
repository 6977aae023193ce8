/** The labels that the spec of an object of an unknown kind speaks of, wherever they stand. */
import { fieldsOf, stringMapOf } from "./shape.js";

interface LabelMap {
  path: (string | number)[];
  labels: Record<string, string>;
}

/** Specs are small; one that is not is looked at this far. */
const MOST_VALUES = 20_000;
const MOST_MAPS = 200;
const DEEPEST = 24;

/** Labels that are put on something; matchLabels and the like look for what others put on. */
function holdsLabels(key: string): boolean {
  return key === "labels" || (key.endsWith("Labels") && key !== "matchLabels" && key !== "sourceLabels");
}

/** Maps of texts under keys such as labels, podLabels and additionalLabels, in the order of the text. */
export function findLabelMaps(spec: unknown): LabelMap[] {
  const found: LabelMap[] = [];
  let values = 0;
  const visit = (value: unknown, key: string, path: (string | number)[]): void => {
    if (typeof value !== "object" || value === null || path.length > DEEPEST) return;
    if (++values > MOST_VALUES || found.length >= MOST_MAPS) return;
    if (Array.isArray(value)) return value.forEach((item, i) => visit(item, key, [...path, i]));
    const labels = holdsLabels(key) ? stringMapOf(value) : undefined;
    if (labels && Object.keys(labels).length > 0) found.push({ path, labels });
    for (const [name, item] of Object.entries(fieldsOf(value) ?? {})) visit(item, name, [...path, name]);
  };
  visit(spec, "", ["spec"]);
  return found;
}
