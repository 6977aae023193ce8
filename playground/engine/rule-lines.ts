import { printRuleSave } from "../../lib/rulesets/iptables/print-save.js";
import type { Rule } from "../../lib/rulesets/iptables/types.js";
import type { RuleLine } from "./protocol.js";

/** What the parts of the JSON form of rules have in common. */
interface Part {
  readonly service?: string;
  readonly at?: { readonly file: string; readonly line: number };
  readonly chain?: string;
  readonly text?: string;
  readonly matches?: Rule["clauses"];
  readonly target?: Rule["target"];
}

interface JsonRules {
  readonly ipFamily: "ipv4" | "ipv6";
  readonly tables?: readonly { readonly rules: readonly Part[] }[];
  readonly table?: { readonly family: string; readonly name: string };
  readonly chains?: readonly (Part & { readonly name: string })[];
  readonly rules?: readonly Part[];
  readonly sets?: readonly (Part & {
    readonly name: string;
    readonly elements?: readonly Part[];
    readonly entries?: readonly (Part & { readonly entry: string })[];
  })[];
  readonly virtualServers?: readonly (Part & { readonly realServers: readonly unknown[] })[];
  readonly addresses?: readonly (Part & { readonly address: string })[];
}

const lineOf = ({ service, at, chain }: Part, rule?: string): RuleLine => ({
  ...(service !== undefined && { service }),
  ...(at && { at }),
  ...(chain !== undefined && { chain }),
  ...(rule !== undefined && { rule }),
});

/** What each line of a text of rules is there for, from the JSON form of the same rules. */
export function ruleLines(lines: readonly string[], json: string, artifact: string): (RuleLine | null)[] {
  const data = JSON.parse(json) as JsonRules;
  switch (artifact) {
    case "ipvsadm":
      return virtualServerLines(data);
    case "ipset":
      return byText(lines, setLines(data));
    case "addresses":
      return (data.addresses ?? []).map((address) => lineOf(address));
    case "nft":
      return byText(lines, nftLines(data));
    default:
      return byText(lines, iptablesLines(data, lines[0]?.startsWith("#") ?? false));
  }
}

function byText(lines: readonly string[], found: Iterable<readonly [string, RuleLine]>): (RuleLine | null)[] {
  const of = new Map(found);
  return lines.map((line) => of.get(line) ?? null);
}

/** `saved`: the text is in the spelling of iptables-save. */
function* iptablesLines({ tables = [], ipFamily }: JsonRules, saved: boolean): Iterable<readonly [string, RuleLine]> {
  const family = ipFamily === "ipv6" ? "IPv6" : "IPv4";
  for (const { rules } of tables)
    for (const part of rules) {
      const rule = printRuleSave({ chain: part.chain!, clauses: part.matches!, target: part.target! }, family);
      yield [saved ? rule : part.text!, lineOf(part, rule)];
    }
}

function* nftLines({ table, chains = [], rules = [], sets = [] }: JsonRules): Iterable<readonly [string, RuleLine]> {
  const where = `${table?.family} ${table?.name}`;
  for (const chain of chains) yield [`add chain ${where} ${chain.name}`, lineOf({ ...chain, chain: chain.name })];
  for (const set of sets) {
    yield [set.text!, lineOf(set)];
    for (const element of set.elements ?? [])
      yield [`add element ${where} ${set.name} { ${element.text} }`, lineOf({ ...element, chain: set.name })];
  }
  for (const rule of rules) yield [`add rule ${where} ${rule.chain} ${rule.text}`, lineOf(rule, rule.text)];
}

function* setLines({ sets = [] }: JsonRules): Iterable<readonly [string, RuleLine]> {
  for (const { name, entries = [] } of sets)
    for (const entry of entries) {
      const text = `add ${name} ${entry.entry}`;
      yield [text, lineOf({ ...entry, chain: name }, text)];
    }
}

/** A line for each virtual server, and one for each of its real servers. */
function virtualServerLines({ virtualServers = [] }: JsonRules): RuleLine[] {
  return virtualServers.flatMap((server) => [server, ...server.realServers].map(() => lineOf(server)));
}
