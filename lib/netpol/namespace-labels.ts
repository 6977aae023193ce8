/** Labels of namespaces, as far as the input tells. */
import { labelOf, selectorKeys, selectorMatches } from "../kube/label-selector.js";
import type { KubeObject, LabelSelector } from "../kube/types.js";
import type { Truth } from "./truth.js";

const NAME_LABEL = "kubernetes.io/metadata.name";

/** Whether a namespace satisfies a selector; not known when the namespace's labels are not in the input. */
export type NamespaceMatcher = (namespace: string, selector: LabelSelector) => Truth;

/** Every namespace carries its name as a label, whether or not its object is in the input. */
export function createNamespaceMatcher(namespaces: readonly KubeObject[]): NamespaceMatcher {
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return (namespace, selector) => {
    const known = labels.get(namespace);
    const own = { ...known, [NAME_LABEL]: namespace };
    if (known !== undefined || selectorKeys(selector).every((key) => key === NAME_LABEL))
      return selectorMatches(selector, own);
    const named = Object.entries(selector.matchLabels ?? {}).find(([key]) => key === NAME_LABEL);
    return named && labelOf(own, NAME_LABEL) !== named[1] ? false : undefined;
  };
}
