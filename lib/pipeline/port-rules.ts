/** The rules that are there for each service port, as the tool of the mode prints them. */
import { portKey } from "../graph/port-key.js";
import type { PortRules } from "../graph/types.js";
import type { Rule } from "../rulesets/iptables/types.js";
import type { ServicePort } from "../services/types.js";
import type { Compiled } from "./artifacts.js";

/** A page with the rules of more service ports would be too large to open. */
const MOST_PORTS = 2000;
const MOST_RULES = 40;

/**
 * The rules of as many service ports as fit a page, those of `first` (keys) before others. What a rule shares with
 * other services, e.g. a jump from a built-in chain, belongs to none.
 */
export async function portRules(compiled: Compiled, first: ReadonlySet<string> = new Set()): Promise<PortRules> {
  const found = new Map<string, { rules: string[]; count: number }>();
  let free = Math.max(0, MOST_PORTS - first.size);
  for (const [port, text] of await printedRules(compiled)) {
    const key = portKey(`${port.namespace}/${port.service}`, port.portName, port.protocol);
    let own = found.get(key);
    if (!own) {
      if (!first.has(key) && free-- <= 0) continue;
      found.set(key, (own = { rules: [], count: 0 }));
    }
    own.count++;
    if (own.rules.length < MOST_RULES) own.rules.push(text());
  }
  return found;
}

type Printed = Iterable<readonly [ServicePort, () => string]>;

async function printedRules(compiled: Compiled): Promise<Printed> {
  switch (compiled.mode) {
    case "iptables": {
      const { printRuleRestore } = await import("../rulesets/iptables/print-restore.js");
      const { tables } = compiled.program;
      const rules = mapped(tables, ({ rules }) => rules());
      return withPort(flat(flat(rules)) as Iterable<Rule>, printRuleRestore);
    }
    case "ipvs": {
      const { ipvsadmLines } = await import("../rulesets/ipvs/print.js");
      const { virtualServers, sets } = compiled.compiled.state;
      return flat([
        withPort(virtualServers, (server) => [...ipvsadmLines([server])].join("\n")),
        ...mapped(sets, ({ name, entries }) => withPort(entries, ({ text }) => `add ${name} ${text}`)),
      ]);
    }
    case "nftables": {
      const { printElement, printRule } = await import("../rulesets/nftables/print.js");
      const { rules, sets, family, name: table } = compiled.program;
      const where = `${family} ${table}`;
      return flat([
        ...mapped(sets, ({ name, elements }) =>
          withPort(elements, (element) => `add element ${where} ${name} { ${printElement(element)} }`),
        ),
        withPort(rules, (rule) => `add rule ${where} ${rule.chain} ${printRule(rule)}`),
      ]);
    }
  }
}

function* withPort<T extends { readonly origin?: { readonly ref?: unknown } | undefined }>(
  items: Iterable<T>,
  print: (item: T) => string,
): Printed {
  for (const item of items) {
    const port = item.origin?.ref as ServicePort | undefined;
    if (port) yield [port, () => print(item)];
  }
}

function* mapped<T, U>(items: Iterable<T>, map: (item: T) => U): Iterable<U> {
  for (const item of items) yield map(item);
}

function* flat<T>(lists: Iterable<Iterable<T>>): Iterable<T> {
  for (const list of lists) yield* list;
}
