/** Compiled IPVS state as data: each object with the service and the manifest line it comes from. */
import { jsonText } from "../util/json-text.js";
import { commaSeparated, type JsonHead, type LineOf } from "./iptables-json.js";
import type { CompiledIPVS } from "../backends/ipvs/index.js";
import { joinHostPort } from "../net/ip.js";
import type { IPSetEntry, ObjectOrigin, VirtualServer } from "../rulesets/ipvs/types.js";
import type { ServicePort } from "../services/types.js";

/** Lines of a JSON document, one virtual server, set entry or address a line, so that large clusters stream. */
export function* renderIpvsJson({ state }: CompiledIPVS, head: JsonHead, lineOf: LineOf): Iterable<string> {
  yield `{ "schema": "svcrules.dev/rules/v1", ${Object.entries(head)
    .map(([key, value]) => `"${key}": ${jsonText(value)}`)
    .join(", ")},`;
  yield `  "virtualServers": [`;
  yield* commaSeparated(mapped(state.virtualServers, (server) => virtualServerData(server, lineOf)));
  yield "  ],";
  yield `  "sets": [`;
  for (const [i, { name, type, family, entries }] of state.sets.entries()) {
    yield `    { "name": "${name}", "type": "${type}", ${family ? `"family": "${family}", ` : ""}"entries": [`;
    yield* commaSeparated(mapped(entries, (entry) => entryData(entry, lineOf)));
    yield `    ] }${i < state.sets.length - 1 ? "," : ""}`;
  }
  yield "  ],";
  yield `  "addresses": [`;
  yield* commaSeparated(mapped(state.addresses, ({ address, origin }) => ({ address, ...originData(origin, lineOf) })));
  yield "  ] }";
}

function* mapped<T>(items: Iterable<T>, data: (item: T) => unknown): Generator<string> {
  for (const item of items) yield jsonText(data(item));
}

function virtualServerData(server: VirtualServer, lineOf: LineOf) {
  const { protocol, address, port, scheduler, flags, persistenceSeconds, realServers, origin } = server;
  return {
    protocol: protocol.toUpperCase(),
    address,
    number: port,
    scheduler,
    flags,
    ...(persistenceSeconds !== undefined && { persistenceSeconds }),
    realServers: realServers.map(({ address, port, forwarding, weight }) => ({
      endpoint: joinHostPort(address, port),
      forwarding,
      weight,
    })),
    ...originData(origin, lineOf),
  };
}

function entryData({ text, origin }: IPSetEntry, lineOf: LineOf) {
  return { entry: text, ...originData(origin, lineOf) };
}

function originData(origin: ObjectOrigin | undefined, lineOf: LineOf) {
  const port = origin?.ref as ServicePort | undefined;
  if (!port) return {};
  return {
    ...(origin!.role !== undefined && { role: origin!.role }),
    service: `${port.namespace}/${port.service}`,
    port: port.portName,
    ...(port.origin && { at: lineOf(port.origin, port.portIndex) }),
  };
}
