/** Chains and sets of kube-proxy's table that should not be there. */
import { addSet } from "../../rulesets/nftables/print.js";
import type { ForeignTable } from "../../rulesets/nftables/capture.js";
import type { NftSet, NftTable } from "../../rulesets/nftables/types.js";
import type { Change } from "../types.js";
import { listWords } from "../view-words.js";
import { serviceFields, type ChainPlace } from "./chain-changes.js";
import type { ChainDifference } from "./compare-chains.js";
import { readObjectName } from "./paths.js";
import type { ChainContents } from "./side.js";

/** What releases leave behind when kube-proxy is upgraded or downgraded; harmless. */
const KNOWN_LEFTOVERS: ReadonlySet<string> = new Set([
  "filter-prerouting",
  "filter-prerouting-pre-dnat",
  "filter-output-pre-dnat",
  "filter-output-post-dnat",
  "mark-for-masquerade",
  "hairpin-connections",
]);

/** What they hold: checks that refuse nothing that is not to be refused, and the mark. Source: kube-proxy 1.31 to 1.33. */
const HARMLESS_RULE = /^ct state new jump (firewall|service-endpoints|nodeport-endpoints)-check$/;
const BEHIND_TRANSLATION = "filter-output-post-dnat";
const MARKS = "mark-for-masquerade";
/** Of kube-proxy's chains, in all releases. */
const TRANSLATES = -100;

/** Whether a chain is as releases leave it behind; by its name alone it could hold anything. */
function isLeftByRelease({ chain, texts }: ChainContents): boolean {
  const { name, base } = chain;
  if (!KNOWN_LEFTOVERS.has(name) || base?.policy === "drop") return false;
  if (name === MARKS) return !base && texts.every((text) => /^mark set mark or \S+$/.test(text));
  const isBehind = name === BEHIND_TRANSLATION && (base?.priority ?? 0) > TRANSLATES;
  return texts.every(
    (text) => HARMLESS_RULE.test(text) || (isBehind && text === "ct state new jump cluster-ips-check"),
  );
}

/** Whether a chain that should not be there decides about packets by its own hook. */
export function isStray(contents: ChainContents): boolean {
  return contents.chain.base !== undefined && !isLeftByRelease(contents);
}

/** Whether an object that should not be there is one of kube-proxy's: then a patch deletes it. */
export function isKubeProxyName(name: string): boolean {
  return KNOWN_LEFTOVERS.has(name) || name === "nodeport-ips" || readObjectName(name) !== undefined;
}

/** Names of chains and sets that rules or elements of a table lead to. */
export function referencesOf(table: NftTable): Set<string> {
  const names = new Set<string>();
  for (const { statements } of table.rules)
    for (const statement of statements) {
      if (statement.kind === "verdict" && "chain" in statement.verdict) names.add(statement.verdict.chain);
      else if (statement.kind === "vmap" && "entries" in statement.map) {
        for (const { verdict } of statement.map.entries) if ("chain" in verdict) names.add(verdict.chain);
      } else if (statement.kind === "vmap" && "name" in statement.map) names.add(statement.map.name);
      else if (statement.kind === "match" && statement.right.kind === "set-reference") names.add(statement.right.name);
      else if (statement.kind === "update-set") names.add(statement.set);
    }
  for (const { elements } of table.sets)
    for (const { verdict } of elements) if (verdict && "chain" in verdict) names.add(verdict.chain);
  return names;
}

/** `referenced`: something still leads to the chain. */
export function leftoverChain({ name, actual }: ChainDifference, referenced: boolean, place: ChainPlace): Change {
  const owner = readObjectName(name);
  const empty = actual!.rules.length === 0;
  const pending = owner !== undefined && empty && !referenced && !actual!.chain.base;
  const known = isLeftByRelease(actual!);
  const line = actual!.chain.line;
  return {
    kind: "leftover-chain",
    severity: pending || known ? "info" : "warning",
    ...(owner && serviceFields(owner.path)),
    chain: name,
    message: pending
      ? `chain ${name} is empty and unused: kube-proxy deletes it with a later sync`
      : known
        ? `chain ${name} is left from another release of kube-proxy, which does no harm`
        : owner
          ? `chain ${name} belongs to nothing that should be there`
          : KNOWN_LEFTOVERS.has(name)
            ? `chain ${name} is none of this release, and holds what no release leaves behind`
            : `chain ${name} is not one of kube-proxy's`,
    expected: [],
    actual: [
      `add chain ${place.where} ${name}`,
      ...actual!.texts.map((text) => `add rule ${place.where} ${name} ${text}`),
    ],
    ...(line !== undefined && { at: { file: place.file, line } }),
  };
}

export function leftoverSet(set: NftSet, place: ChainPlace): Change {
  const owner = readObjectName(set.name);
  const known = KNOWN_LEFTOVERS.has(set.name);
  return {
    kind: "leftover-chain",
    severity: known ? "info" : "warning",
    ...(owner && serviceFields(owner.path)),
    chain: set.name,
    message: known
      ? `set ${set.name} is left from another release of kube-proxy, which does no harm`
      : `${set.kind} ${set.name} belongs to nothing that should be there`,
    expected: [],
    actual: [addSet(place.where, set)],
    ...(set.line !== undefined && { at: { file: place.file, line: set.line } }),
  };
}

/** Chains that only kube-proxy's iptables and ipvs modes make; kubelet, CNI plugins and kube-router have others. */
const IPTABLES_CHAIN =
  /^KUBE-(SERVICES|EXTERNAL-SERVICES|NODEPORTS|NODE-PORT|LOAD-BALANCER|FORWARD|PROXY-FIREWALL|PROXY-CANARY|SOURCE-RANGES-FIREWALL|IPVS-FILTER|IPVS-OUT-FILTER|(SVC|SVL|SEP|EXT|FW|XLB)-[A-Z2-7]{16})$/;

const MOST_NAMED = 3;

/** Tables that still hold chains of iptables mode, one change a table: an error where packets reach them. */
export function iptablesLeftovers(foreign: readonly ForeignTable[], family: string): Change[] {
  const told = new Set<string>();
  return foreign.flatMap((table): Change[] => {
    const chains = table.kubeChains.filter(({ name }) => IPTABLES_CHAIN.test(name));
    // nft lists what iptables-nft made, so a table may have been captured by both tools.
    if (table.family !== family || chains.length === 0 || told.has(table.name)) return [];
    told.add(table.name);
    const named = chains.slice(0, MOST_NAMED).map(({ name }) => name);
    const more = chains.length > MOST_NAMED ? ` and ${chains.length - MOST_NAMED} more` : "";
    const reached = table.entries.length > 0;
    const effect = reached
      ? `, reached from ${listWords(table.entries)}: packets meet both rule sets`
      : ", which no packet is seen to reach";
    return [
      {
        kind: "leftover-chain",
        severity: reached ? "error" : "warning",
        chain: (chains.find(({ name }) => name === "KUBE-SERVICES") ?? chains[0]!).name,
        message: `table ${table.family} ${table.name} still holds chains of kube-proxy's iptables mode (${named.join(", ")}${more})${effect}`,
        expected: [],
        actual: chains.map(({ name }) => `add chain ${table.family} ${table.name} ${name}`),
        at: { file: table.file, line: chains[0]!.line },
      },
    ];
  });
}
