/** The Services that a node has rules for. */
import type { PortName } from "../coverage.js";
import { serviceNameIn } from "./owners.js";
import type { SideTables } from "./side.js";

const DISPATCH = ["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES"];

/** "ns/name" of each, once or more, told by the comments of the rules that lead to them. */
export function* servicesHeld(tables: SideTables): Iterable<string> {
  for (const [, { service }] of namesHeld(tables)) yield service;
}

/** Their service ports, each once. */
export function portsHeld(tables: SideTables): PortName[] {
  return [...new Map(namesHeld(tables)).values()];
}

function* namesHeld(tables: SideTables): Iterable<[key: string, name: PortName]> {
  for (const { chains } of tables.values())
    for (const chain of DISPATCH)
      for (const text of chains.get(chain)?.texts ?? []) {
        const name = serviceNameIn(/ --comment "?([^"]*)/.exec(text)?.[1] ?? "");
        if (name === undefined) continue;
        const [service = "", port = ""] = name.split(":");
        const protocol = (/ -p (\S+)/.exec(text)?.[1] ?? "tcp").toUpperCase();
        yield [`${name}/${protocol}`, { service, port, protocol }];
      }
}
