import type { KubeObject } from "../../kube/types.js";
import type { Difference } from "../../readers/sink.js";
import type { FieldPath } from "../../source/origin.js";

/** A kept object from which others of its kind with the same JSON layout are made. */
export interface ObjectTemplate {
  /** How the value at the path may differ; `at`: the index it will have among those that do. */
  differs(path: FieldPath, at: number): Difference | undefined;
  /** The object with these values; undefined when the checks might have something to say of it. */
  make(values: readonly unknown[], head: Pick<KubeObject, "origin">): KubeObject | undefined;
}
