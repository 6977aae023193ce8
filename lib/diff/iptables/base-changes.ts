/** Changes that belong to no frontend: kube-proxy's own chains, jumps, leftovers, duplicates, rules nobody wrote. */
import type { Change, ServicePortView } from "../types.js";
import { listWords, portWords } from "../view-words.js";
import { effectTurns } from "../effect-turns.js";
import { identity } from "../identity.js";
import { groupBy } from "../../util/group-by.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import { BUILT_IN_CHAINS, isCutChain } from "../../rulesets/iptables/capture.js";
import { orderMatters, placeOfWall } from "../../rulesets/iptables/order-matters.js";
import { mayHoldTogether } from "../../rulesets/iptables/take-packets.js";
import type { ChainDifference } from "./compare-chain.js";
import { isTail } from "./compare-chain.js";
import {
  isDispatchChain,
  isEndpointChain,
  isOfKubelet,
  isOfOthersToo,
  isSharedWithKubelet,
  leftoverReason,
  SERVICES,
  serviceHashOf,
} from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import type { NodeAddresses } from "./node-addresses.js";
import type { Owners } from "./owners.js";
import { changesInFront, unmarkedInFront } from "./rules-in-front.js";
import type { Side } from "./side.js";
import { keepsPackets, marksPackets, rulesMissing } from "./taken-packets.js";

/** What the rules of a chain are for, behind "so". */
const PURPOSES: Readonly<Record<string, string>> = {
  "KUBE-POSTROUTING": "marked traffic does not leave the node with the node's address as it should",
  "KUBE-MARK-MASQ": "traffic to be masqueraded is not marked as it should be",
  "KUBE-FORWARD": "forwarded service traffic is not accepted or dropped as it should be",
  "KUBE-FIREWALL": "other hosts are not kept from 127.0.0.0/8 as they should be",
  "KUBE-SERVICES": "node ports are not served at the addresses they should be",
};

/** What is told of a rule that kube-proxy did not write. */
export interface OddRule extends Pick<KubeRule, "chain" | "text" | "at"> {
  /** Packets that it holds for do not get to the rules behind it. */
  readonly takes?: boolean;
}

const texts = (rules: readonly KubeRule[]) => rules.map((rule) => rule.text);
const placeOf = (rules: readonly OddRule[]): Pick<Change, "at"> => {
  const at = rules.find((rule) => rule.at)?.at;
  return at ? { at } : {};
};

/** base-chain-changed, unknown-rule and rule-order of chains that are no service port's. */
export function baseChanges(
  differences: readonly ChainDifference[],
  owners: Owners,
  expected: Side,
  actual: Side,
): Change[] {
  return differences.flatMap((difference) => {
    const { table, chain, reordered } = difference;
    if (serviceHashOf(chain) !== undefined || isEndpointChain(chain)) return [];
    const isDispatch = isDispatchChain(table, chain);
    const ownerless = (rules: readonly KubeRule[]) =>
      isDispatch ? rules.filter((rule) => owners.ownerOf(rule, table) === undefined) : rules;
    const missing = ownerless(difference.missing);
    const isShared = isSharedWithKubelet(chain);
    const isStrange = (rule: KubeRule) => isStrangeInShared(rule, difference, expected, actual);
    const extra = ownerless(isShared ? difference.extra.filter(isStrange) : difference.extra);
    const changes: Change[] = [];
    if (missing.length > 0)
      changes.push({
        ...baseChange(table, chain, missing, extra, actual),
        ...(extra.length === 0 &&
          missing.every((rule) => leadsNowhere(rule, table, [expected, actual])) &&
          NO_PACKET_YET),
      });
    else
      for (const [i, rule] of extra.entries())
        changes.push(strangeRule(rule, i, difference, { owners, expected, actual }));
    if (isDispatch) changes.push(...takenFromOthers(difference, { owners, expected, actual }));
    if (reordered && missing.length === 0 && !isShared)
      changes.push(isDispatch ? tailChange(difference, owners, actual) : orderChange(difference, expected, actual));
    return changes;
  });
}

/** Whether a rule of a chain that kubelet fills too is none of its, or keeps packets from kube-proxy's. */
export function isStrangeInShared(rule: KubeRule, difference: ChainDifference, expected: Side, actual: Side): boolean {
  return !isOfKubelet(rule) || rulesMissing(rule, expected, actual, difference).length > 0;
}

function baseChange(
  table: string,
  chain: string,
  missing: readonly KubeRule[],
  extra: readonly KubeRule[],
  actual: Side,
): Change {
  const exists = actual.has(table as never, chain);
  const purpose = PURPOSES[chain];
  const what = exists
    ? `${missing.length === 1 ? "a rule" : `${missing.length} rules`} of ${chain} in table ${table} ${missing.length === 1 ? "is" : "are"} not as expected`
    : `chain ${chain} of table ${table} does not exist`;
  return {
    kind: "base-chain-changed",
    severity: "error",
    chain,
    message: purpose === undefined ? what : `${what}, so ${purpose}`,
    expected: texts(missing),
    actual: texts(extra),
    ...placeOf(extra),
  };
}

function unknownRule(rule: OddRule): Change {
  return {
    kind: "unknown-rule",
    severity: "warning",
    chain: rule.chain,
    message: `${rule.chain} holds a rule that kube-proxy did not write`,
    expected: [],
    actual: [rule.text],
    ...placeOf([rule]),
  };
}

/** Rules that kube-proxy did not write of which it is looked up whom they hurt. */
const MOST_WEIGHED = 50;
/** Rules behind of which the services are told. */
const MOST_OWNERS = 100;

interface Sides {
  readonly owners: Owners;
  readonly expected: Side;
  readonly actual: Side;
}

/** A rule that kube-proxy did not write, with the services that miss packets by it. */
function strangeRule(rule: KubeRule, index: number, place: ChainDifference, sides: Sides): Change {
  const missing = index < MOST_WEIGHED ? rulesMissing(rule, sides.expected, sides.actual, place) : [];
  if (missing.length === 0) return unknownRule(rule);
  const hashes = missing.slice(0, MOST_OWNERS).map((later) => sides.owners.ownerOf(later, place.table));
  return takingRule(rule, hashes, sides.owners);
}

/** A rule that takes packets of the service ports with these hashes. */
function takingRule(rule: KubeRule, hashes: readonly (string | undefined)[], owners: Owners): Change {
  const change = unknownRule(rule);
  const names = [...new Set(hashes)].flatMap((hash) => owners.nameOf(hash ?? "") ?? []);
  const views = names.map((name) => ({ key: "", frontends: [], ...name }));
  const effect = marksPackets(rule) ? "marks packets for masquerading" : "takes packets";
  const which = rule.clauses.length === 0 ? "all " : "";
  const whose = views.length > 0 ? ` of ${listWords(views.map(portWords))}` : "";
  return {
    ...change,
    severity: "error",
    ...(new Set(names.map(({ service }) => service)).size === 1 && { service: names[0]!.service }),
    ...(views.length === 1 && identity(views[0]!)),
    message: `${change.message}: it ${effect.replace("packets", `${which}packets`)} that the rules${whose} behind it are for`,
  };
}

/**
 * Rules of one service port that name no address, as they should, and so take what is for others: for rules behind them, or, where
 * these have no endpoints, for those of table filter.
 */
function takenFromOthers(place: ChainDifference, sides: Sides): Change[] {
  const { owners, actual } = sides;
  const { table, chain, extra } = place;
  if (chain !== SERVICES) return [];
  const isWide = ({ clauses }: KubeRule) => !clauses.some(({ kind }) => kind === "destination");
  const takes = (rule: KubeRule) => marksPackets(rule) || keepsPackets(rule, actual, table);
  const wide = extra.filter((rule) => isWide(rule) && takes(rule)).slice(0, MOST_WEIGHED);
  return wide.flatMap((rule) => {
    const owner = owners.ownerOf(rule, table);
    if (owner === undefined) return [];
    const others = missedBy(rule, place, sides).filter((hash) => hash !== undefined && hash !== owner);
    return others.length > 0 ? [takingRule(rule, others.slice(0, MOST_OWNERS), owners)] : [];
  });
}

/** Whose packets the rule takes, as far as no chain of endpoints gives them another address first. */
function missedBy(rule: KubeRule, place: ChainDifference, { owners, expected, actual }: Sides): (string | undefined)[] {
  const isNat = place.table === "nat";
  const behind = isNat ? rulesMissing(rule, expected, actual, place) : [];
  // What the node itself sends to addresses from outside of services without endpoints is refused by none of the rules.
  const chains = isNat ? [SERVICES, EXTERNAL_SERVICES] : [EXTERNAL_SERVICES];
  const { kind } = rule.target;
  const changesFate = isNat
    ? kind === "jump" && keepsPackets(rule, actual, "nat")
    : kind === "reject" || kind === "drop";
  if (!changesFate) return behind.map((later) => owners.ownerOf(later, "nat"));
  const named = chains
    .flatMap((name) => expected.rulesOf("filter", name))
    .filter(({ clauses }) => clauses.some(({ kind }) => kind === "destination"));
  const without = named.filter(({ clauses }) => mayHoldTogether(rule.clauses, clauses));
  return [
    ...behind.map((later) => owners.ownerOf(later, "nat")),
    ...without.map((later) => owners.ownerOf(later, "filter")),
  ];
}

const EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";

/** A rule in a service port's chains, or about it, that kube-proxy does not write like this. */
export function oddChange(rule: OddRule, view: ServicePortView): Change {
  const about = `${rule.chain} holds a rule for ${portWords(view)} that kube-proxy did not write`;
  return {
    ...unknownRule(rule),
    ...identity(view),
    ...(rule.takes
      ? { severity: "error", message: `${about}: it takes packets that the rules behind it are for` }
      : { message: `${about} or that has no effect there` }),
  };
}

function orderChange({ table, chain }: ChainDifference, expected: Side, actual: Side): Change {
  const rules = actual.rulesOf(table, chain);
  const meanings = { keyOf: (rule: KubeRule) => rule.meaning, ruleOf: (rule: KubeRule) => rule };
  const matters = orderMatters(expected.rulesOf(table, chain), rules, meanings);
  const effect = matters
    ? `so ${PURPOSES[chain] ?? "they mean something else"}`
    : "in which every packet fares the same";
  return {
    kind: "rule-order",
    severity: matters ? "error" : "info",
    chain,
    message: `the rules of ${chain} in table ${table} stand in another order, ${effect}`,
    expected: [],
    actual: texts(rules),
    ...placeOf(rules),
  };
}

function tailChange({ table, chain }: ChainDifference, owners: Owners, actual: Side): Change {
  const held = actual.chain(table, chain)?.texts ?? [];
  const tail = held.findIndex(isTail);
  const behind = held.flatMap((text, i) => (i > tail && !isTail(text) ? [actual.ruleAt(table, chain, i)] : []));
  const names = behind.flatMap((rule) => {
    const name = owners.nameOf(owners.ownerOf(rule, table) ?? "");
    return name ? [portWords({ key: "", ...name })] : [];
  });
  const whose = names.length > 0 ? ` of ${listWords(names)}` : "";
  return {
    kind: "rule-order",
    severity: "warning",
    chain,
    message: `the jump to KUBE-NODEPORTS is not the last rule of ${chain}: it takes connections that the rules${whose} behind it are for`,
    expected: [],
    actual: [held[tail]!, ...texts(behind).slice(0, 20)],
    ...placeOf(behind),
  };
}

/** duplicate-rule, once for each rule that stands too often. */
export function duplicateChanges(differences: readonly ChainDifference[], owners: Owners): Change[] {
  return differences.flatMap(({ table, duplicates }) => {
    const byMeaning = groupBy(duplicates, (rule) => rule.meaning);
    return [...byMeaning.values()].map((rules) => {
      const [rule] = rules as [KubeRule];
      const hash = owners.ownerOf(rule, table);
      const name = hash === undefined ? undefined : owners.nameOf(hash);
      const of = name ? ` of ${name.port ? `${name.service}:${name.port}` : name.service}` : "";
      return duplicateChange(rules, of);
    });
  });
}

function duplicateChange(rules: readonly KubeRule[], of: string): Change {
  const [rule] = rules as [KubeRule];
  const times = rules.length === 1 ? "twice" : `${rules.length + 1} times`;
  return {
    kind: "duplicate-rule",
    severity: "warning",
    chain: rule.chain,
    message: `a rule${of} stands ${times} in ${rule.chain}`,
    expected: [],
    actual: texts(rules),
    ...placeOf(rules),
  };
}

/** jump-missing, and jumps of built-in chains to kube-proxy's chains that stand twice or under other conditions. */
export function jumpChanges(expected: Side, actual: Side, owners: Owners, own?: NodeAddresses): Change[] {
  const changes: Change[] = [];
  for (const [table, { chains }] of expected.tables)
    for (const chain of BUILT_IN_CHAINS) {
      if (!chains.has(chain) || isCutChain(actual.tables.get(table)!, chain)) continue;
      const faultsOf = (side: Side) => [
        ...unreachedJumps(table, chain, side),
        ...(table === "nat" ? changesInFront(chain, owners, { expected, own }, side) : []),
        ...(table === "nat" && chain === "POSTROUTING" ? unmarkedInFront(expected, side) : []),
      ];
      // What is expected may be an earlier capture.
      changes.push(
        ...effectTurns(faultsOf(expected), faultsOf(actual)),
        ...ownJumpChanges(table, chain, expected, actual),
      );
    }
  return changes;
}

/** Of the jumps themselves: those that are missing, strange, there twice, or in another order. */
function ownJumpChanges(table: TableName, chain: string, expected: Side, actual: Side): Change[] {
  const own = (side: Side) => side.rulesOf(table, chain).filter((rule) => targetOf(rule)?.startsWith("KUBE-"));
  const wanted = own(expected);
  const held = own(actual);
  const known = new Set(wanted.map((rule) => rule.meaning));
  const seen = new Set<string>();
  const duplicates: KubeRule[] = [];
  for (const rule of held) {
    if (seen.has(rule.meaning)) duplicates.push(rule);
    seen.add(rule.meaning);
  }
  const missing = wanted.filter((rule) => !seen.has(rule.meaning));
  const strange = held.filter((rule) => !known.has(rule.meaning) && expected.has(table, targetOf(rule)!));
  const changes: Change[] = missing.map((rule) => ({
    ...missingJump(
      table,
      rule,
      strange.filter((other) => targetOf(other) === targetOf(rule)),
    ),
    ...(leadsNowhere(rule, table, [expected, actual]) && NO_PACKET_YET),
  }));
  const reported = new Set(missing.map(targetOf));
  for (const rule of strange)
    if (!reported.has(targetOf(rule)) && !duplicates.includes(rule)) changes.push(unknownRule(rule));
  const byMeaning = groupBy(duplicates, (rule) => rule.meaning);
  for (const rules of byMeaning.values()) changes.push(duplicateChange(rules, ""));
  const ordered = (rules: readonly KubeRule[]) => rules.filter((rule) => targetOf(rule) !== FIREWALL);
  if (isReordered(ordered(wanted), ordered(held))) changes.push(reorderedJumps(table, chain, held));
  return changes;
}

/** A rule in front of kube-proxy's jumps that decides about every packet: no order of its own jumps does. */
function unreachedJumps(table: string, chain: string, actual: Side): Change[] {
  const rules = actual.rulesOf(table as never, chain);
  // What a chain takes of table nat is told of the services.
  const isLookedInto = (target: string) => table === "filter" && isOfOthersToo(target);
  const wall = placeOfWall(rules, (target) => actual.rulesOf(table as never, target), isLookedInto);
  const behind = wall < 0 ? [] : rules.slice(wall + 1).filter((rule) => targetOf(rule)?.startsWith("KUBE-") === true);
  if (behind.length === 0) return [];
  const names = [...new Set(behind.map((rule) => targetOf(rule)!))];
  return [
    {
      kind: "rule-order",
      severity: "error",
      chain,
      message: `a rule of ${chain} in table ${table} decides about every packet in front of the jump to ${listWords(names)}, which sees none`,
      expected: [],
      actual: texts([rules[wall]!, ...behind]),
      ...placeOf([rules[wall]!]),
    },
  ];
}

/** kubelet jumps to it as well: whichever of the two starts first, its jump stands behind those made later. */
const FIREWALL = "KUBE-FIREWALL";

function isReordered(wanted: readonly KubeRule[], held: readonly KubeRule[]): boolean {
  const places = new Map(held.map(({ meaning }, i) => [meaning, i]));
  const order = wanted.flatMap(({ meaning }) => places.get(meaning) ?? []);
  return order.some((place, i) => i > 0 && place < order[i - 1]!);
}

/** Each of the chains decides about other packets than the others. */
function reorderedJumps(table: string, chain: string, held: readonly KubeRule[]): Change {
  return {
    kind: "rule-order",
    severity: "info",
    chain,
    message: `the jumps of ${chain} in table ${table} stand in another order, in which every packet fares the same`,
    expected: [],
    actual: texts(held),
    ...placeOf(held),
  };
}

function targetOf({ target }: KubeRule): string | undefined {
  return target.kind === "jump" || target.kind === "goto" ? target.chain : undefined;
}

/** A chain without rules gives every packet back: the first rule in it will be missed. */
function leadsNowhere(rule: KubeRule, table: TableName, sides: readonly Side[]): boolean {
  const target = targetOf(rule);
  return (
    target !== undefined && sides.every((side) => side.has(table, target) && side.rulesOf(table, target).length === 0)
  );
}

const NO_PACKET_YET = { severity: "warning" } as const;

function missingJump(table: string, rule: KubeRule, instead: readonly KubeRule[]): Change {
  return {
    kind: "jump-missing",
    severity: "error",
    chain: rule.chain,
    message:
      `${rule.chain} of table ${table} does not jump to ${targetOf(rule)}` +
      (instead.length > 0 ? " under the right conditions" : "") +
      `: its rules do not see the packets they are for`,
    expected: [rule.text],
    actual: texts(instead),
    ...placeOf(instead),
  };
}

/** leftover-chain: chains of old releases and other modes, and service chains that nothing refers to any more. */
export function leftoverChanges(
  actual: Side,
  expected: Side,
  unequal: readonly { readonly table: TableName; readonly chain: string }[],
  unused: readonly string[],
): Change[] {
  const changes: Change[] = [];
  for (const { table, chain } of unequal) {
    const reason = leftoverReason(chain);
    if (reason === undefined || expected.has(table, chain)) continue;
    const rules = actual.rulesOf(table, chain);
    changes.push({
      kind: "leftover-chain",
      severity: "warning",
      chain,
      message: `chain ${chain} of table ${table} is left over: ${reason}`,
      expected: [],
      actual: texts(rules).slice(0, 20),
      ...placeOf(rules),
    });
  }
  if (unused.length > 0)
    changes.push({
      kind: "leftover-chain",
      severity: "info",
      chain: [...unused].sort()[0]!,
      message:
        `${unused.length === 1 ? "a chain" : `${unused.length} chains`} of service ports or endpoints that nothing leads to: ` +
        listWords([...unused].sort()),
      expected: [],
      actual: [...unused].sort().slice(0, 20),
    });
  return changes;
}
