/** What the shared groups of options say, as the library's questions take it. */
import type { Selection } from "../pipeline/select-services.js";
import type { Wishes } from "../pipeline/situation.js";
import { parseByteSize } from "./byte-size.js";
import type { ValuesOf } from "./option.js";
import type { GLOBAL_OPTIONS, INPUT_OPTIONS, SELECTION_OPTIONS, SITUATION_OPTIONS } from "./shared.js";

export type GlobalValues = ValuesOf<typeof GLOBAL_OPTIONS>;
export type InputValues = ValuesOf<typeof INPUT_OPTIONS> & GlobalValues;
type SituationValues = ValuesOf<typeof SITUATION_OPTIONS>;
export type SelectionValues = ValuesOf<typeof SELECTION_OPTIONS>;

/** What INPUT.. and -f name. */
export function namedInputs({ input, filename }: Readonly<Record<"input" | "filename", readonly string[]>>): string[] {
  return [...input, ...filename];
}

/** How files are opened, whatever they hold. */
export function readingOf({ maxInput, followLinks }: Pick<InputValues, "maxInput" | "followLinks">) {
  return { isInput: true, followLinks, ...(maxInput !== undefined && { maxInputBytes: parseByteSize(maxInput) }) };
}

/** What is wished of the situation. */
export function wishesOf(request: SituationValues): Wishes {
  const { mode, kubeVersion, node, ipFamily, set, controllerVersion, watchSelectors } = request;
  const { nfacct, randomFully, tcpBeLiberal } = request;
  const nodeFeatures = { nfacct, randomFully, tcpBeLiberal };
  return { mode, kubeVersion, node, ipFamily, set, controllerVersion, watchSelectors, nodeFeatures };
}

/** Which Services are meant; -A overrides -n as in kubectl. */
export function selectionOf({ service, namespace, allNamespaces, selector }: SelectionValues): Selection {
  return { service, selector, namespace: allNamespaces ? undefined : namespace };
}
