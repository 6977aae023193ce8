/** The Services that a node has chains or elements for. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { identityOfPath, pathOfElement, readObjectName } from "./paths.js";

/** "ns/name" of each. */
export function servicesHeld(table: CapturedNftTable | undefined): ReadonlySet<string> {
  const paths = [
    ...(table?.chains ?? []).map(({ name }) => readObjectName(name)?.path),
    ...(table?.sets ?? []).flatMap(({ elements }) => elements.map(pathOfElement)),
  ];
  return new Set(paths.flatMap((path) => (path === undefined ? [] : (identityOfPath(path).service ?? []))));
}
