/** Changes of one chain, as far as no frontend or endpoint tells them better. */
import { parseCIDR, type CIDR } from "../../net/cidr.js";
import type { BaseChain, NftChain } from "../../rulesets/nftables/types.js";
import type { Change, ChangeKind, ChangeSeverity } from "../types.js";
import type { ChainDifference } from "./compare-chains.js";
import { identityOfPath, readObjectName } from "./paths.js";
import { ruleDifferences, type RuleDifferences } from "./rule-differences.js";
import type { ChainContents } from "./side.js";

export interface ChainPlace {
  /** "ip kube-proxy". */
  readonly where: string;
  readonly file: string;
  /** Whether other tables were captured too, whose chains may hang at any priority. */
  readonly hasOthers?: boolean;
  /** The node accepts node ports at no address, though there are some. */
  readonly servesNoNodePort?: boolean;
  /** Whose addresses of the node take node ports; undefined where nothing tells. */
  readonly nodePortNetworks?: readonly CIDR[];
  /** Whether a network holds cluster IPs of services. */
  readonly holdsClusterIPs?: (cidr: string) => boolean;
  /** The bit by which packets are masqueraded. */
  readonly masqueradeMark?: number;
}

/** What each shared chain is for, in words for "... stops working". */
const PURPOSES: Readonly<Record<string, string>> = {
  services: "traffic to services is not sent on as it should be",
  masquerading: "marked traffic is not masqueraded as it should be",
  "mark-for-masquerade": "traffic is not marked for masquerading as it should be",
  "cluster-ips-check": "traffic to unused ports or addresses of cluster IPs is not refused as it should be",
  "reject-chain": "traffic to services without endpoints is not rejected as it should be",
  "firewall-check": "loadBalancerSourceRanges are not enforced as they should be",
  "service-endpoints-check": "traffic to services without endpoints is not refused as it should be",
  "nodeport-endpoints-check": "traffic to node ports without endpoints is not refused as it should be",
};

/** The changes of a chain that both sides have, or that is missing. */
export function chainChanges(difference: ChainDifference, place: ChainPlace): Change[] {
  const { name, expected, actual } = difference;
  if (!expected) return [];
  if (!actual) return [missingChain(difference, place)];
  const owner = readObjectName(name);
  const about = { ...(owner && serviceFields(owner.path)), chain: name };
  const found = ruleDifferences(expected.texts, actual.texts);
  const changes: Change[] = [];
  const line = (text: string) => `add rule ${place.where} ${name} ${text}`;
  const add = (
    kind: ChangeKind,
    severity: ChangeSeverity,
    message: string,
    wanted: string[],
    held: readonly number[],
  ) => {
    const at = actual.rules[held[0] ?? -1]?.line ?? actual.chain.line;
    changes.push({
      kind,
      severity,
      ...about,
      message,
      expected: wanted.map(line),
      actual: held.map((i) => line(actual.texts[i]!)),
      ...(at !== undefined && { at: { file: place.file, line: at } }),
    });
  };
  const addUnknown = (extra: readonly number[]) => {
    const takes = extra.filter((i) => takesPackets(actual.texts, i, expected.texts));
    const words = unknownText(name, extra.length);
    const refuses = owner ? [] : extra.filter((i) => refusesServices(actual.texts[i]!, actual.chain));
    const marks = extra.filter((i) => changesMark(actual.texts, i, expected, place));
    if (takes.length > 0) add("unknown-rule", "error", `${words}, and packets do not get behind it`, [], extra);
    else if (refuses.length > 0) add("unknown-rule", "error", `${words}, which refuses packets`, [], extra);
    else if (marks.length > 0) add("unknown-rule", "error", `${words}, which changes the mark of packets`, [], extra);
    else add("unknown-rule", "warning", words, [], extra);
  };
  if (difference.base) changes.push(changedHook(difference, place));
  if (found.missing.length > 0) {
    const kind = missingKind(difference, found.missing);
    if (kind === "jump-missing") {
      for (const text of found.missing) add(kind, "error", `chain ${name} lacks "${text}"`, [text], []);
      if (found.extra.length > 0) addUnknown(found.extra);
    } else if (keepsMark(name, found, actual.texts)) {
      const message = `chain ${name} masquerades packets as it should, and does not take their mark off as it should: if they come by again, as those of a tunnel do, they are masqueraded again`;
      add(kind, "warning", message, [...found.missing], found.extra);
    } else {
      const purpose = PURPOSES[name];
      const message = `chain ${name} is not as it should be${purpose === undefined ? "" : `: ${purpose}`}`;
      add(
        kind,
        isLateDrop(name, found, actual.texts, place) ? "info" : "error",
        message,
        [...found.missing],
        found.extra,
      );
    }
  } else if (found.extra.length > 0) {
    if (extraDrops(name, found.extra, actual.texts, place))
      add(
        "base-chain-changed",
        "error",
        `chain ${name} drops traffic to a network that holds no cluster IP of a service`,
        [],
        found.extra,
      );
    else addUnknown(found.extra);
  }
  if (found.duplicates.length > 0)
    add("duplicate-rule", "warning", `chain ${name} holds a rule more than once`, [], found.duplicates);
  if (found.reordered)
    add(
      "rule-order",
      isLate(expected.texts, actual.texts) ? "error" : "warning",
      `the rules of chain ${name} stand in another order`,
      [...expected.texts],
      actual.texts.map((_, i) => i),
    );
  return changes;
}

/**
 * The networks of a rule that drops unallocated cluster IPs where no ServiceCIDR is known, which is as it should be: kube-proxy
 * knows them and many inputs do not. Undefined of any other difference.
 */
export function unknownServiceCIDRs(
  { name, expected, actual }: ChainDifference,
  place: ChainPlace,
): string | undefined {
  if (!expected || !actual || name !== "cluster-ips-check") return undefined;
  const found = ruleDifferences(expected.texts, actual.texts);
  const isAlone = found.missing.length === 0 && found.duplicates.length === 0 && !found.reordered;
  if (!isAlone || found.extra.length === 0 || !isLateDrop(name, found, actual.texts, place)) return undefined;
  return found.extra.flatMap((i) => actual.texts[i]!.match(NETWORKS) ?? []).join(", ");
}

const NETWORKS = /[0-9a-f.:]+\/\d+/g;

/** What a rule does that has to be done before another one ends the chain: it marks, it remembers the client, or it looks for it. */
const PREPARES = /^update @|@affinity-|(^| )mark set |mark-for-masquerade$/;
const ENDS = /(^| )goto |\bdnat |\bnumgen |\bvmap /;

/** Whether a rule that prepares packets stands behind one that decides about them, and should stand in front of it. */
function isLate(wanted: readonly string[], held: readonly string[]): boolean {
  return wanted.some((text, i) => {
    const place = held.indexOf(text);
    if (!PREPARES.test(text) || place < 0) return false;
    const later = wanted.slice(i + 1).filter((own) => ENDS.test(own) && !own.includes("@affinity-"));
    return later.some((own) => held.slice(0, place).includes(own));
  });
}

/** Whether a rule decides about packets in front of a rule that should be there. */
function takesPackets(texts: readonly string[], place: number, wanted: readonly string[]): boolean {
  return DECIDES.test(bareText(texts[place]!)) && texts.slice(place + 1).some((text) => wanted.includes(text));
}

/** Without conditions that name what others are for. */
function bareText(text: string): string {
  return text.replace(/\bct status (& |!= |== )?\S+( == \S+)?/g, "");
}

const REFUSES = /(^| )(drop$|reject\b)|\bvmap \{[^}]*: drop\b/;
const NAMES_SOME = /\b(daddr|saddr|iif|oif|iifname|oifname)\b/;

/**
 * Whether a rule behind all of kube-proxy's refuses packets of services: these come to the end of its checks, not of chain services.
 * The checks see no packet of most addresses.
 */
function refusesServices(text: string, { name, base }: NftChain): boolean {
  return REFUSES.test(text) && (base !== undefined || (name !== "services" && !NAMES_SOME.test(text)));
}

const SETS_MARK = /(?:^| )mark set (?:mark (and|or|xor) )?(0x[0-9a-f]+)/;
/** Where no packet is marked yet. */
const BEFORE_MARKS = /^(firewall-check|filter-(prerouting|output)(-pre-dnat)?)$/;

/** Whether a rule gives packets the mark for masquerading, or may take it off, that kube-proxy's rules behind it go by. */
function changesMark(
  texts: readonly string[],
  place: number,
  { chain, texts: wanted }: ChainContents,
  { masqueradeMark }: ChainPlace,
): boolean {
  const [, operator, text] = SETS_MARK.exec(texts[place]!) ?? [];
  if (text === undefined || masqueradeMark === undefined) return false;
  const isSet = (Number(text) & masqueradeMark) !== 0;
  if (operator === "or" || operator === "xor" ? !isSet : operator === "and" && isSet) return false;
  if (!isSet && BEFORE_MARKS.test(chain.name)) return false;
  return chain.base !== undefined || texts.slice(place + 1).some((own) => wanted.includes(own));
}

/** Ends with a verdict, or changes an address. */
const DECIDES =
  /(^| )((accept|drop|return)$|(goto|jump) \S+$|reject\b|(dnat|snat|redirect|masquerade)\b)|\bvmap \{[^}]*: (accept|drop|return|goto|jump)\b/;

function unknownText(chain: string, count: number): string {
  return count === 1
    ? `chain ${chain} holds a rule that kube-proxy did not write`
    : `chain ${chain} holds ${count} rules that kube-proxy did not write`;
}

export function serviceFields(path: string): Pick<Change, "service" | "port" | "protocol"> {
  const { service, port, protocol } = identityOfPath(path);
  return service === undefined ? {} : { service, port, protocol };
}

function missingKind({ name, expected }: ChainDifference, missing: readonly string[]): ChangeKind {
  if (expected?.chain.base && missing.every((text) => text.includes("jump "))) return "jump-missing";
  if (!readObjectName(name)) return "base-chain-changed";
  if (missing.some((text) => text.includes("@affinity-"))) return "affinity-changed";
  if (missing.some((text) => text.includes("mark"))) return "masquerade-changed";
  if (missing.some((text) => text.includes("dnat") || text.includes("numgen"))) return "share-changed";
  return "base-chain-changed";
}

const MARK_SET = / mark set (mark (and|or|xor) )?0x[0-9a-f]+(?= )/;

/** Whether the masquerade rule differs only in what it makes of the mark, which that packet does not need any more. */
function keepsMark(chain: string, { missing, extra }: RuleDifferences, held: readonly string[]): boolean {
  const [wanted, ...others] = missing;
  if (chain !== "masquerading" || others.length > 0 || extra.length !== 1) return false;
  return MARK_SET.test(wanted!) && held[extra[0]!]!.replace(MARK_SET, "") === wanted!.replace(MARK_SET, "");
}

/**
 * The rule that drops unallocated cluster IPs follows ServiceCIDR objects late, which is no drift; one that drops
 * networks without any cluster IP is.
 */
function isLateDrop(
  chain: string,
  { missing, extra }: { readonly missing: readonly string[]; readonly extra: readonly number[] },
  held: readonly string[],
  { holdsClusterIPs }: ChainPlace,
): boolean {
  if (chain !== "cluster-ips-check") return false;
  const own = extra.map((i) => held[i]!);
  if (![...missing, ...own].every((text) => SERVICE_CIDRS.test(text))) return false;
  // kube-proxy has it behind the rule that refuses unused ports.
  const refusal = held.findIndex((text) => text.includes("@cluster-ips"));
  if (extra.some((i) => i < refusal)) return false;
  const networks = own.flatMap((text) => text.match(NETWORKS) ?? []);
  return networks.every((network) => parseCIDR(network) !== undefined && (holdsClusterIPs?.(network) ?? true));
}

/** A ServiceCIDR is no single address. */
const SERVICE_CIDRS = /^ip6? daddr (?=[^@]*\/\d).* drop$/;

function extraDrops(
  chain: string,
  extra: readonly number[],
  held: readonly string[],
  { holdsClusterIPs }: ChainPlace,
): boolean {
  if (chain !== "cluster-ips-check" || !extra.every((i) => SERVICE_CIDRS.test(held[i]!))) return false;
  const networks = extra.flatMap((i) => held[i]!.match(NETWORKS) ?? []);
  return networks.some((network) => holdsClusterIPs?.(network) === false);
}

function missingChain({ name, expected }: ChainDifference, { where }: ChainPlace): Change {
  const owner = readObjectName(name);
  return {
    kind: "base-chain-changed",
    severity: "error",
    ...(owner && serviceFields(owner.path)),
    chain: name,
    message: `chain ${name} is missing${PURPOSES[name] === undefined ? "" : `: ${PURPOSES[name]}`}`,
    expected: [`add chain ${where} ${name}`, ...expected!.texts.map((text) => `add rule ${where} ${name} ${text}`)],
    actual: [],
  };
}

function changedHook({ name, expected, actual }: ChainDifference, { file, where, hasOthers }: ChainPlace): Change {
  const line = actual!.chain.line;
  const isAlike = hasOthers !== true && isSamePlace(expected!.chain.base, actual!.chain.base);
  return {
    kind: "base-chain-changed",
    severity: isAlike ? "info" : "error",
    chain: name,
    message:
      `chain ${name} hangs at ${hookText(actual!.chain.base)}, not at ${hookText(expected!.chain.base)}` +
      (isAlike ? ", between which nothing else hangs" : ""),
    expected: [`add chain ${where} ${name} { ${hookText(expected!.chain.base)} ; }`],
    actual: [`add chain ${where} ${name} { ${hookText(actual!.chain.base)} ; }`],
    ...(line !== undefined && { at: { file, line } }),
  };
}

/** Priorities of the kernel's own hooks, of iptables' tables and of kube-proxy's chains. */
const TAKEN_PRIORITIES = [-400, -300, -225, -200, -175, -150, -110, -100, 0, 50, 100, 225, 300];

/** Whether only the priority differs, and nothing is known to hang from the one on to the other. */
function isSamePlace(a: BaseChain | undefined, b: BaseChain | undefined): boolean {
  if (!a || !b || hookText({ ...a, priority: b.priority }) !== hookText(b)) return false;
  const [from, to] = [a.priority, b.priority];
  const isPassed = (place: number) => (from < to ? from < place && place <= to : to <= place && place < from);
  return !TAKEN_PRIORITIES.some(isPassed);
}

function hookText(base: BaseChain | undefined): string {
  if (!base) return "no hook";
  const policy = (base.policy ?? "accept") === "accept" ? "" : ` policy ${base.policy}`;
  return `type ${base.type} hook ${base.hook} priority ${base.priority}${policy}`;
}
