/** The Services that a node has chains or elements for. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { madeSets, partsOf } from "../../rulesets/nftables/listed-parts.js";
import type { PortName } from "../coverage.js";
import { identityOfPath, pathOfElement, readObjectName } from "./paths.js";

/** "ns/name" of each, once or more; the names of chains, of which there may be a hundred thousand, are read last. */
export function* servicesHeld(table: CapturedNftTable | undefined): Iterable<string> {
  for (const path of pathsHeld(table)) {
    const { service } = identityOfPath(path);
    if (service !== undefined) yield service;
  }
}

/** Their service ports, each once. */
export function portsHeld(table: CapturedNftTable | undefined): PortName[] {
  return [...pathsHeld(table)].flatMap((path) => {
    const { service, port = "", protocol = "TCP" } = identityOfPath(path);
    return service === undefined ? [] : [{ service, port, protocol }];
  });
}

/** The paths of elements, then of chains, each once. */
function* pathsHeld(table: CapturedNftTable | undefined): Iterable<string> {
  const found = new Set<string>();
  const isNew = (path: string | undefined): path is string => path !== undefined && found.size < found.add(path).size;
  for (const { elements } of table ? madeSets(table) : [])
    for (const element of elements) {
      const path = pathOfElement(element);
      if (isNew(path)) yield path;
    }
  const chains = table && partsOf(table)?.chains;
  const { length } = chains ?? table?.chains ?? [];
  for (let i = 0; i < length; i++) {
    const path = readObjectName(chains ? chains.nameAt(i) : table!.chains[i]!.name)?.path;
    if (isNew(path)) yield path;
  }
}
