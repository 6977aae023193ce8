import type { LabelSelector } from "../../kube/types.js";
import { compact, fieldsOf, mapsOf, stringMapOf, stringOf, stringsOf } from "./shape.js";

export function trimSelector(value: unknown): LabelSelector | undefined {
  const selector = fieldsOf(value);
  return (
    selector &&
    compact({
      matchLabels: stringMapOf(selector["matchLabels"]),
      matchExpressions: mapsOf(selector["matchExpressions"], (expression) =>
        compact({
          key: stringOf(expression["key"]) ?? "",
          operator: stringOf(expression["operator"]) ?? "",
          values: stringsOf(expression["values"]),
        }),
      ),
    })
  );
}
