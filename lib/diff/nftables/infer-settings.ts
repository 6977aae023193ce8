/** What a node's own table tells of kube-proxy's release and configuration. */
import { GATES } from "../../config/feature-gates.js";
import { joinHostPort } from "../../net/ip.js";
import type { NftChain, NftRule, NftTable, Statement } from "../../rulesets/nftables/types.js";
import { normalizeStatement } from "../../rulesets/nftables/statements/index.js";
import { printValue } from "../../rulesets/nftables/values.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { chainAt } from "../../rulesets/nftables/listed-parts.js";
import { ListedRule } from "../../rulesets/nftables/listed-rule.js";
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import { noLocalDetection, type Evidence, type InferredSetting } from "../inferred.js";
import { layoutOf, releasesOfLayout } from "./layout.js";
import { chainIndex } from "./chain-index.js";
import { groupByChain, listedText, rulesOfChainsAt, setNamed } from "./side.js";

export interface InferredNftSettings {
  /** The newest release whose layout the table has, "1.NN", or undefined when it has none that is known. */
  readonly kubeVersion: { readonly text: string; readonly words: string } | undefined;
  readonly settings: readonly InferredSetting[];
  /** Addresses of the host at which node ports are served; undefined when all are. */
  readonly nodePortAddresses: readonly string[] | undefined;
  /** Of the rule that drops unallocated cluster IPs; undefined when there is none. */
  readonly serviceCIDRs: readonly string[] | undefined;
  /** "ip:port" of endpoints that are on this node. */
  readonly localEndpoints: readonly string[];
}

type Match = Extract<Statement, { kind: "match" }>;

/** Reads layout, masquerade mark, local detection, node-port addresses and ServiceCIDRs from the rules. */
export function inferNftSettings(table: NftTable): InferredNftSettings {
  const rules = groupByChain(rulesOfOwnChains(table));
  const localhost = localhostNodePorts(table);
  const nodePorts = setNamed(table, "nodeport-ips");
  const addresses = nodePorts?.elements.map(({ key }) => String(key[0]));
  const settings = [
    ...masqueradeBit(table, rules.get("masquerading") ?? []),
    ...masquerading(table),
    ...localhost.settings,
    ...nodePortAddresses(table, addresses, localhost.ranges),
  ];
  return {
    kubeVersion: release(table),
    settings,
    nodePortAddresses: addresses,
    serviceCIDRs: serviceCIDRs(rules.get("cluster-ips-check") ?? []),
    localEndpoints: localEndpoints(table),
  };
}

/** Where something of a table stands. */
function evidenceAt(table: NftTable, text: string, line: number | undefined): Evidence {
  const file = "file" in table && typeof table.file === "string" ? table.file : undefined;
  return { text, ...(file !== undefined && line !== undefined && { at: { file, line } }) };
}

function evidenceOf(table: NftTable, rule: NftRule): readonly Evidence[] {
  return [evidenceAt(table, `${rule.chain} ${normalRuleText(rule)}`, rule.line)];
}

function nodePortAddresses(
  table: NftTable,
  addresses: readonly string[] | undefined,
  ranges: readonly string[],
): InferredSetting[] {
  const services = chainNamed(table, "services");
  if (!addresses && services)
    return [
      {
        assignment: `nodePortAddresses=${[table.family === "ip6" ? "::/0" : "0.0.0.0/0", ...ranges].join(",")}`,
        words: "node ports at every address of the node, from chain services",
        evidence: [evidenceAt(table, "chain services", services.line)],
      },
    ];
  if (!addresses || addresses.length === 0) return [];
  const { line } = setNamed(table, "nodeport-ips")!;
  return [nodePortSetting(addresses, ranges, [evidenceAt(table, "set nodeport-ips", line)])];
}

/** The setting of a node that serves node ports at these addresses. `ranges`: of loopback, which no set holds. */
export function nodePortSetting(
  addresses: readonly string[],
  ranges: readonly string[],
  evidence: readonly Evidence[],
): InferredSetting {
  const networks = addresses.map((ip) => `${ip}/${ip.includes(":") ? 128 : 32}`);
  return {
    assignment: `nodePortAddresses=${[...networks, ...ranges].join(",")}`,
    words: `node ports at ${addresses.join(", ")} only, from set nodeport-ips`,
    evidence,
  };
}

function release(table: NftTable | CapturedNftTable): InferredNftSettings["kubeVersion"] {
  const layout = layoutOf(table);
  if (!layout) return undefined;
  const hasPort = !layout.nftHairpinSet && layout.nftSplitPreDNATChains ? masqueradeRuleHasPort(table) : undefined;
  const releases = releasesOfLayout({ ...layout, nftMasqueradeRuleHasPort: hasPort });
  if (!releases) return undefined;
  const { newest, words } = releases;
  const taken = words === newest ? "" : `; taken for ${newest}`;
  return { text: newest, words: `rules laid out as by kube-proxy ${words}${taken}` };
}

function masqueradeRuleHasPort(table: NftTable): boolean {
  for (const { statements } of rulesIn(table, (chain) => chain.includes("/")))
    if (isClusterIPMasquerade(statements) && statements.some(isPortMatch)) return true;
  return false;
}

/** Gate and range of node ports on loopback: TCP has no chain that rejects it where kube-proxy serves it itself. */
function localhostNodePorts(table: NftTable): {
  readonly settings: readonly InferredSetting[];
  readonly ranges: readonly string[];
} {
  const rejecting = (protocol: string) => chainNamed(table, `localhost-nodeport-reject-${protocol}`);
  const chain = rejecting("udp");
  if (!chain) return { settings: [], ranges: [] };
  const gate = GATES.nftLocalhostNodePorts.name;
  return {
    settings: [
      {
        assignment: `featureGates.${gate}=true`,
        words: `gate ${gate}, from chain ${chain.name}`,
        evidence: [evidenceAt(table, `chain ${chain.name}`, chain.line)],
      },
    ],
    ranges: rejecting("tcp") ? [] : [table.family === "ip6" ? "::1/128" : "127.0.0.0/8"],
  };
}

/** Of the chains that do not hang on services. */
function rulesOfOwnChains(table: NftTable): Iterable<NftRule> {
  return flat(rulesOfChainsAt(table, chainIndex(table).own));
}

/**
 * Of the chains that `isWanted`. Those of endpoints tell nothing of the configuration; most rules are theirs, and a
 * listed rule is parsed when asked.
 */
function rulesIn(table: NftTable, isWanted: (chain: string, place: number) => boolean): Iterable<NftRule> {
  return flat(rulesOfChainsAt(table, chainIndex(table).notOfEndpoints, isWanted));
}

function* flat(chains: Iterable<readonly NftRule[]>): Iterable<NftRule> {
  for (const rules of chains) yield* rules;
}

function chainNamed(table: NftTable, name: string): NftChain | undefined {
  return chainAt(table, chainIndex(table).placeOf.get(name) ?? -1);
}

function isPortMatch(statement: Statement): boolean {
  return statement.kind === "match" && statement.left.kind === "payload" && statement.left.field === "dport";
}

function marks(statement: Statement | undefined): boolean {
  if (statement?.kind === "set-mark") return statement.operator === "or";
  return (
    statement?.kind === "verdict" && "chain" in statement.verdict && statement.verdict.chain === "mark-for-masquerade"
  );
}

/** Traffic to a cluster IP, or to all of them, is marked. */
function isClusterIPMasquerade(statements: readonly Statement[]): boolean {
  const [first] = statements;
  return (
    first?.kind === "match" &&
    first.left.kind === "payload" &&
    first.left.field === "daddr" &&
    first.operator === "==" &&
    marks(statements.at(-1))
  );
}

/** The bit of most rules that set it, ask for it or take it off: one that was changed does not make the others wrong. */
function masqueradeBit(table: NftTable, rules: readonly NftRule[]): InferredSetting[] {
  const counts = new Map<number, { readonly bit: number; count: number; readonly rule: NftRule }>();
  const add = (value: number, rule: NftRule) => {
    const seen = counts.get(value);
    const bit = Math.log2(value);
    if (seen) seen.count++;
    else if (Number.isInteger(bit)) counts.set(value, { bit, count: 1, rule });
  };
  for (const rule of rules)
    for (const statement of rule.statements)
      if (statement.kind === "set-mark" && statement.operator === "xor") add(statement.value, rule);
      else if (statement.kind === "match" && statement.left.kind === "bitwise") add(statement.left.right, rule);
  if (counts.size === 0) return [];
  for (const rule of rulesThatMark(table))
    for (const one of rule.statements) if (one.kind === "set-mark" && one.operator === "or") add(one.value, rule);
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  const { bit, rule } = best!;
  return [
    {
      assignment: `nftables.masqueradeBit=${bit}`,
      words: `masquerade bit ${bit}, from chain ${rule.chain}`,
      evidence: evidenceOf(table, rule),
    },
  ];
}

function* rulesThatMark(table: NftTable): Iterable<NftRule> {
  let asked = 0;
  const mayMark = (place: number) => listedText(table, place)?.includes("mark") !== false;
  for (const rule of rulesIn(table, (_, place) => asked < RULES_ASKED && mayMark(place))) {
    if (rule instanceof ListedRule && !rule.text.includes("mark")) continue;
    if (asked++ >= RULES_ASKED) return;
    yield rule;
  }
}

/** Rules of service ports that are asked for the condition; it is the same for all, and each is parsed to be asked. */
const RULES_ASKED = 2000;

/** The commonest condition under which traffic to cluster IPs is masqueraded, else that of short-circuited pod traffic. */
function masquerading(table: NftTable): InferredSetting[] {
  const counts = new Map<string, { count: number; match: Match | undefined; rule: NftRule }>();
  let shortCircuit: { readonly match: Match; readonly rule: NftRule } | undefined;
  let service: NftRule | undefined;
  let local: NftRule | undefined;
  let asked = 0;
  const mayTell = (chain: string) => !service || asked < RULES_ASKED || counts.has("") || !chain.includes("/");
  for (const rule of rulesIn(table, mayTell)) {
    const { chain } = rule;
    if (chain.startsWith("service-") && chain.includes("/")) service ??= rule;
    if (chain.startsWith("local-")) local ??= rule;
    // With masqueradeAll only rules of Local policies tell which pods are local.
    if (chain.includes("/") && asked++ >= RULES_ASKED && !counts.has("")) continue;
    if (!chain.startsWith("external-") && rule instanceof ListedRule && !rule.text.includes("mark")) continue;
    const { statements } = rule;
    const [first, last] = statements;
    if (isClusterIPMasquerade(statements)) {
      const match = statements.slice(1).find((s): s is Match => s.kind === "match" && !isPortMatch(s));
      const key = match ? conditionText(match) : "";
      const seen = counts.get(key);
      if (seen) seen.count++;
      else counts.set(key, { count: 1, match, rule });
    } else if (chain.startsWith("external-") && first?.kind === "match" && first.left.kind !== "fib" && !marks(last))
      shortCircuit ??= { match: first, rule };
  }
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  const found = best?.match ? { match: best.match, rule: best.rule } : shortCircuit;
  const detection = found ? localDetection(table, found.match, found.rule) : [];
  if (best && !best.match)
    return [
      {
        assignment: "nftables.masqueradeAll=true",
        words: `masqueradeAll, from chain ${best.rule.chain}`,
        evidence: evidenceOf(table, best.rule),
      },
      ...detection,
    ];
  if (detection.length > 0) return detection;
  // A service whose policies are all Local has no chain but this one.
  const served = service ?? local;
  return served ? [noLocalDetection(evidenceOf(table, served))] : [];
}

function conditionText(match: Match): string {
  const normal = normalizeStatement(match);
  return normal?.kind === "match" ? JSON.stringify([normal.left, printValue(normal.right)]) : "";
}

function localDetection(table: NftTable, match: Match, rule: NftRule): InferredSetting[] {
  const normal = normalizeStatement(match);
  if (normal?.kind !== "match" || normal.right.kind !== "literal") return [];
  const text = String(normal.right.value);
  const { chain } = rule;
  const evidence = evidenceOf(table, rule);
  if (normal.left.kind === "payload" && normal.left.field === "saddr")
    return [{ assignment: `clusterCIDR=${text}`, words: `local pods in ${text}, from chain ${chain}`, evidence }];
  if (normal.left.kind !== "meta") return [];
  const prefix = text.endsWith("*");
  const name = prefix ? text.slice(0, -1) : text;
  return [
    {
      assignment: `detectLocalMode=${prefix ? "InterfaceNamePrefix" : "BridgeInterface"}`,
      words: `local pods at interface ${text}, from chain ${chain}`,
      evidence,
    },
    { assignment: `detectLocal.${prefix ? "interfaceNamePrefix" : "bridgeInterface"}=${name}`, words: "", evidence },
  ];
}

function serviceCIDRs(rules: readonly NftRule[]): readonly string[] | undefined {
  for (const { statements } of rules) {
    const [first, last] = statements;
    if (first?.kind !== "match" || first.right.kind === "set-reference") continue;
    if (last?.kind !== "verdict" || last.verdict.kind !== "drop") continue;
    const { right } = first;
    return (right.kind === "set" ? right.elements : [right]).map(printValue);
  }
  return undefined;
}

/** Endpoints of chains of Local policies, and those that may reach themselves. */
function localEndpoints(table: NftTable): string[] {
  const found = new Set<string>();
  const locals = new Set<string>();
  for (const rule of rulesIn(table, (chain) => chain.startsWith("local-")))
    for (const statement of rule.statements)
      if (statement.kind === "dnat-map")
        for (const { address, port } of statement.targets) found.add(joinHostPort(address, port));
      else if (statement.kind === "vmap" && "entries" in statement.map)
        for (const { verdict } of statement.map.entries) if ("chain" in verdict) locals.add(verdict.chain);
  const { placeOf } = chainIndex(table);
  const places = [...locals].flatMap((chain) => placeOf.get(chain) ?? []);
  for (const rule of flat(rulesOfChainsAt(table, places)))
    for (const statement of rule.statements)
      if (statement.kind === "dnat") found.add(joinHostPort(statement.address, statement.port));
  const hairpins = setNamed(table, "hairpin-connections");
  for (const { key } of hairpins?.elements ?? []) found.add(joinHostPort(String(key[0]), Number(key.at(-1))));
  return [...found].sort();
}
