/** The Services that a node has chains or elements for. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { PortName } from "../coverage.js";
import { identityOfPath, pathOfElement, readObjectName } from "./paths.js";

/** "ns/name" of each. */
export function servicesHeld(table: CapturedNftTable | undefined): ReadonlySet<string> {
  return new Set(portsHeld(table).map(({ service }) => service));
}

/** Their service ports, each once. */
export function portsHeld(table: CapturedNftTable | undefined): PortName[] {
  const paths = [
    ...(table?.chains ?? []).map(({ name }) => readObjectName(name)?.path),
    ...(table?.sets ?? []).flatMap(({ elements }) => elements.map(pathOfElement)),
  ];
  return [...new Set(paths)].flatMap((path) => {
    const { service, port = "", protocol = "TCP" } = path === undefined ? {} : identityOfPath(path);
    return service === undefined ? [] : [{ service, port, protocol }];
  });
}
