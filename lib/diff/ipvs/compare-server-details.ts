/** What a virtual server may be told that kube-proxy never does, and no service port view holds. */
import { serviceOfLabel } from "./attribute-stale.js";
import { targetOf } from "./match-virtual-servers.js";
import type { Change } from "../types.js";
import { ipvsadmLines } from "../../rulesets/ipvs/print.js";
import type { VirtualServer } from "../../rulesets/ipvs/types.js";

/** The service port in the words of a change. */
function identityOfServer({ origin, protocol }: VirtualServer): Pick<Change, "service" | "port" | "protocol"> {
  if (!origin) return { protocol: protocol.toUpperCase() };
  const service = serviceOfLabel(origin.label);
  return { service, port: origin.label.slice(service.length + 1), protocol: protocol.toUpperCase() };
}

/** Persistence by networks or payload, real servers with a limit, or with packets that still hold the virtual address. */
export function compareServerDetails(wanted: VirtualServer, held: VirtualServer): Change[] {
  const changes: Change[] = [];
  const frontend = targetOf(wanted);
  const common = { ...identityOfServer(wanted), frontend, ...(held.at && { at: held.at }) };
  const [head] = ipvsadmLines([wanted]);
  const [heldHead] = ipvsadmLines([held]);
  if (held.persistenceMask !== undefined || held.persistenceEngine !== undefined)
    changes.push({
      kind: "affinity-changed",
      severity: "warning",
      ...common,
      message: `${frontend} of ${wanted.origin?.label ?? "a service"} keeps clients together by ${
        held.persistenceMask === undefined ? `engine ${held.persistenceEngine}` : `network mask ${held.persistenceMask}`
      }, not by address`,
      expected: [head!],
      actual: [heldHead!],
    });
  const own = new Set(wanted.realServers.map(targetOf));
  for (const server of held.realServers)
    if (server.mostConnections !== undefined && own.has(targetOf(server)))
      changes.push({
        kind: "weight-changed",
        severity: "warning",
        ...common,
        endpoint: targetOf(server),
        message: `${targetOf(server)} gets no more than ${server.mostConnections} connections to ${frontend}; it should have no limit`,
        expected: linesOf(wanted, targetOf(server)),
        actual: linesOf(held, targetOf(server)).map((line) => `${line} -x ${server.mostConnections}`),
        ...(server.at && { at: server.at }),
      });
  if (held.fieldsNotListed?.includes("forwarding")) return changes;
  const direct = held.realServers.filter((server) => server.forwarding !== "masquerade" && own.has(targetOf(server)));
  for (const server of direct)
    changes.push({
      kind: "endpoint-missing",
      severity: "error",
      ...common,
      endpoint: targetOf(server),
      message:
        `${targetOf(server)} gets packets for ${frontend} by ${server.forwarding} instead of masquerading, ` +
        `so that it sees an address that it does not have`,
      expected: linesOf(wanted, targetOf(server)),
      actual: linesOf(held, targetOf(server)),
      ...(server.at && { at: server.at }),
    });
  return changes;
}

function linesOf(server: VirtualServer, target: string): string[] {
  return [
    ...ipvsadmLines([{ ...server, realServers: server.realServers.filter((s) => targetOf(s) === target) }]),
  ].slice(1);
}
