/** An nftables program as data: each rule and element with the service and the manifest line it comes from. */
import { jsonText } from "../util/json-text.js";
import type { NftProgram } from "../backends/nftables/index.js";
import { addSet, printElement, printRule } from "../rulesets/nftables/print.js";
import type { NftChain, NftElement, NftOrigin, NftRule, NftSet } from "../rulesets/nftables/types.js";
import type { ServicePort } from "../services/types.js";
import { commaSeparated, type JsonHead, type LineOf } from "./iptables-json.js";

/** Lines of a JSON document; rules and elements are printed one a line so that large clusters stream. */
export function* renderNftJson(program: NftProgram, head: JsonHead, lineOf: LineOf): Iterable<string> {
  const { family, name, comment } = program;
  yield `{ "schema": "svcrules.dev/rules/v1", ${Object.entries(head)
    .map(([key, value]) => `"${key}": ${jsonText(value)}`)
    .join(", ")},`;
  yield `  "table": ${jsonText({ family, name, comment })},`;
  yield `  "chains": [`;
  yield* commaSeparated(mapLines(program.chains, (chain) => chainData(chain, lineOf)));
  yield "  ],";
  yield `  "sets": [`;
  for (const [i, set] of program.sets.entries()) {
    yield `    { ${jsonText(setData(set, family, lineOf)).slice(1, -1)}, "elements": [`;
    yield* commaSeparated(mapLines(set.elements, (element) => elementData(element, lineOf)));
    yield `    ] }${i < program.sets.length - 1 ? "," : ""}`;
  }
  yield "  ],";
  yield `  "rules": [`;
  yield* commaSeparated(mapLines(program.rules, (rule) => ruleData(rule, lineOf)));
  yield "  ] }";
}

function* mapLines<T>(items: Iterable<T>, data: (item: T) => object): Iterable<string> {
  for (const item of items) yield jsonText(data(item));
}

function chainData({ name, base, comment, origin }: NftChain, lineOf: LineOf) {
  return { name, ...base, comment, ...originData(origin, lineOf) };
}

function setData(set: NftSet, family: string, lineOf: LineOf) {
  const { kind, name, keyType, valueType, flags, timeoutSeconds, comment, origin } = set;
  return {
    kind,
    name,
    keyType,
    valueType,
    flags,
    timeoutSeconds,
    comment,
    text: addSet(`${family} kube-proxy`, set),
    ...originData(origin, lineOf),
  };
}

function elementData(element: NftElement, lineOf: LineOf) {
  const { key, verdict, comment, origin } = element;
  return { key, verdict, comment, text: printElement(element), ...originData(origin, lineOf) };
}

function ruleData(rule: NftRule, lineOf: LineOf) {
  const { chain, statements, comment, origin } = rule;
  return { chain, statements, comment, text: printRule(rule), ...originData(origin, lineOf) };
}

function originData(origin: NftOrigin | undefined, lineOf: LineOf) {
  const port = origin?.ref as ServicePort | undefined;
  if (!port) return {};
  return {
    service: `${port.namespace}/${port.service}`,
    port: port.portName,
    protocol: port.protocol,
    ...(port.origin && { at: lineOf(port.origin, port.portIndex) }),
  };
}
