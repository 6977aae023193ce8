/** An iptables program as data: each rule with the service and the manifest line it comes from. */
import { jsonText } from "../util/json-text.js";
import type { IptablesProgram } from "../backends/iptables/index.js";
import type { FileLine } from "../diff/types.js";
import type { Rule } from "../rulesets/iptables/types.js";
import { printRuleRestore } from "../rulesets/iptables/print-restore.js";
import type { Origin } from "../source/origin.js";
import type { ServicePort } from "../services/types.js";

/** What stands at the head of the JSON form. */
export interface JsonHead {
  readonly mode: string;
  readonly node: string;
  readonly kubeVersion: string;
  readonly ipFamily: "ipv4" | "ipv6";
}

/** Finds file and line of a service port in its manifest; undefined for simulated ones. */
export type LineOf = (origin: Origin, portIndex: number) => FileLine | undefined;

/** Lines of a JSON document; rules are printed one a line so that large clusters stream. */
export function* renderIptablesJson(program: IptablesProgram, head: JsonHead, lineOf: LineOf): Iterable<string> {
  yield `{ "schema": "svcrules.dev/rules/v1", ${Object.entries(head)
    .map(([key, value]) => `"${key}": ${jsonText(value)}`)
    .join(", ")},`;
  yield `  "largeCluster": ${program.largeCluster},`;
  yield `  "jumps": [`;
  yield* commaSeparated(program.jumps.map(({ table, rule }) => jsonText({ table, ...ruleData(rule, lineOf) })));
  yield "  ],";
  yield `  "tables": [`;
  for (const [i, table] of program.tables.entries()) {
    yield `    { "name": "${table.name}", "chains": ${jsonText([...table.chains()].flat())}, "rules": [`;
    yield* commaSeparated(rulesOf(table.rules(), lineOf));
    yield `    ] }${i < program.tables.length - 1 ? "," : ""}`;
  }
  yield "  ] }";
}

function* rulesOf(groups: Iterable<readonly Rule[]>, lineOf: LineOf): Iterable<string> {
  for (const rules of groups) for (const rule of rules) yield jsonText(ruleData(rule, lineOf));
}

/** The items with a comma after each but the last. */
export function* commaSeparated(items: Iterable<string>): Iterable<string> {
  let held: string | undefined;
  for (const item of items) {
    if (held !== undefined) yield `      ${held},`;
    held = item;
  }
  if (held !== undefined) yield `      ${held}`;
}

function ruleData(rule: Rule, lineOf: LineOf) {
  const port = rule.origin?.ref as ServicePort | undefined;
  const { chain, clauses, target } = rule;
  return {
    chain,
    matches: clauses,
    target,
    text: printRuleRestore(rule),
    ...(port && {
      service: `${port.namespace}/${port.service}`,
      port: port.portName,
      protocol: port.protocol,
      ...(port.origin && { at: lineOf(port.origin, port.portIndex) }),
    }),
  };
}
