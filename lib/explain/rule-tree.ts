/** The rules of a service port as a tree: rules that catch its traffic, and the chains they lead to. */
import type { ChainTreeView, PlaceView, RuleView } from "./explain-view.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import { realServerAttributes, serviceAttributes, serviceOption } from "../rulesets/ipvs/print.js";
import type { VirtualServer } from "../rulesets/ipvs/types.js";
import { printElement, printRule } from "../rulesets/nftables/print.js";
import type { NftElement } from "../rulesets/nftables/types.js";
import type { ServicePort } from "../services/types.js";
import type { Place } from "../source/origin.js";
import type { TracedNode } from "../trace/types.js";
import { causeOfRule, endpointPlace, fieldPlace, frontendPlace, portPlace } from "./cause.js";
import { ipSetPurpose, isStaticName } from "./chain-purpose.js";
import { iptablesSentence } from "./iptables-sentence.js";
import { realServerSentence, virtualServerSentence } from "./ipvs-sentence.js";
import { elementSentence, nftSentence } from "./nft-sentence.js";
import type { PlaceBook } from "./place-book.js";
import { chainsEntered, hasConditions, type IndexedChain, type PlacedRule, type RuleIndex } from "./rule-index.js";
import { isAddress, type PortSubject } from "./subject.js";
import type { WordContext } from "./word-context.js";
import { joinHostPort } from "../net/ip.js";

export interface TreeInput {
  readonly node: TracedNode;
  readonly index: RuleIndex;
  readonly book: PlaceBook;
  /** Names of the files that were captured: lines in them are places. Undefined: the rules are compiled. */
  readonly captured: boolean;
}

/** Chains whose rules belong to one service port each. */
const DISPATCH = new Set([
  "KUBE-SERVICES",
  "KUBE-EXTERNAL-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-PROXY-FIREWALL",
  "KUBE-IPVS-OUT-FILTER",
]);

/** Every rule, element and virtual server of the service port, by where packets meet it first. */
export function servicePortTree(subject: PortSubject, input: TreeInput, context: WordContext): ChainTreeView[] {
  const shown = new Set<IndexedChain>();
  const trees: ChainTreeView[] = [];
  const causeOf = (placed: PlacedRule) => causeOfRule(placed, subject);
  for (const chain of input.index.chains) {
    if (!DISPATCH.has(chain.name)) continue;
    const own = chain.rules.filter((placed) => isOfSubject(placed, subject));
    if (own.length === 0) continue;
    trees.push({
      ...titleOf(chain, context),
      others: chain.rules.length - own.length,
      rules: own.map((placed) => ruleView(placed, chain, input, context, causeOf, shown)),
    });
  }
  for (const table of input.index.tables)
    for (const set of table.sets) {
      const own = set.elements.filter((element) => isElementOfSubject(set.name, element, subject));
      if (own.length === 0) continue;
      const title = `${table.family} ${table.name}`;
      trees.push({
        table: title,
        chain: set.name,
        purpose: context.chainPurpose(set.name),
        others: set.elements.length - own.length,
        rules: own.map((element): RuleView => {
          const { verdict } = element;
          const chain =
            verdict && "chain" in verdict
              ? input.index.chainsNamed(verdict.chain).find((one) => one.table === title)
              : undefined;
          const place = elementPlace(set.name, element, subject);
          return {
            text: elementSentence(set.name, element, context),
            rule: printElement(element),
            ...noted(place, input.book),
            chains: chain && !isStaticName(chain.name) ? [subtree(chain, input, context, causeOf, shown)] : [],
          };
        }),
      });
    }
  trees.push(...ipvsTrees(subject, input, context));
  for (const name of subject.chains.keys())
    for (const chain of input.index.chainsNamed(name))
      if (!shown.has(chain) && chain.rules.length > 0) {
        const { purpose = "", ...tree } = subtree(chain, input, context, causeOf, shown);
        trees.push({ ...tree, purpose: `${purpose}; no rule leads here` });
      }
  return trees;
}

/** A chain with everything it leads to. `causeOf`: the manifest place of a rule. */
export function chainTree(
  chain: IndexedChain,
  input: TreeInput,
  context: WordContext,
  causeOf: (placed: PlacedRule) => Place | undefined,
  shown: Set<IndexedChain> = new Set(),
): ChainTreeView {
  return subtree(chain, input, context, causeOf, shown);
}

function titleOf({ table, name }: IndexedChain, { chainPurpose }: WordContext): ChainTreeView {
  const purpose = chainPurpose(name);
  return { table, chain: name, ...(purpose !== undefined && { purpose }), rules: [] };
}

/** Chains of hostile captures may lead in circles or very deep. */
function subtree(
  chain: IndexedChain,
  input: TreeInput,
  context: WordContext,
  causeOf: (placed: PlacedRule) => Place | undefined,
  shown: Set<IndexedChain>,
  depth = 0,
): ChainTreeView {
  if (shown.has(chain) || depth > 16) return { ...titleOf(chain, context), shownAbove: true };
  shown.add(chain);
  return {
    ...titleOf(chain, context),
    rules: chain.rules.map((placed) => ruleView(placed, chain, input, context, causeOf, shown, depth + 1)),
  };
}

function ruleView(
  placed: PlacedRule,
  chain: IndexedChain,
  input: TreeInput,
  context: WordContext,
  causeOf: (placed: PlacedRule) => Place | undefined,
  shown: Set<IndexedChain>,
  depth = 0,
): RuleView {
  const place = causeOf(placed);
  const at = input.captured ? capturePlace(placed, chain) : undefined;
  const entered = chainsEntered(placed).flatMap((name) => {
    const next = isStaticName(name) ? undefined : chain.sibling(name);
    return next ? [subtree(next, input, context, causeOf, shown, depth)] : [];
  });
  return {
    text: sentenceOf(placed, chain, context),
    rule: ruleText(placed, context),
    ...noted(place, input.book),
    ...(at && { at }),
    chains: entered,
  };
}

/** The sentence of a rule of a chain. */
export function sentenceOf(placed: PlacedRule, chain: IndexedChain | undefined, context: WordContext): string {
  const before = chain?.rules.slice(0, placed.position - 1) ?? [];
  const isRest = !DISPATCH.has(placed.chain) && before.length < 500 && before.some(hasConditions);
  return placed.kind === "iptables"
    ? iptablesSentence(placed.rule, isRest, context)
    : nftSentence(placed.rule, isRest, context);
}

/** The rule as its tool lists it. */
export function ruleText(placed: PlacedRule, { family }: Pick<WordContext, "family">): string {
  return placed.kind === "iptables" ? printRuleSave(placed.rule, family) : printRule(placed.rule);
}

/** Where a rule stands in a capture. */
export function capturePlace(placed: PlacedRule, chain: IndexedChain | undefined): PlaceView | undefined {
  if (placed.kind === "iptables") return placed.rule.at;
  const { line } = placed.rule;
  return line === undefined || chain?.file === undefined ? undefined : { file: chain.file, line };
}

function noted(place: Place | undefined, book: PlaceBook): { readonly cause?: PlaceView } {
  return place ? { cause: book.note(place) } : {};
}

function isSamePort(a: ServicePort, b: ServicePort): boolean {
  return a.name === b.name && a.protocol === b.protocol;
}

/** Compiled rules know their service port; captured ones are told by chain, comment or address. */
function isOfSubject(placed: PlacedRule, subject: PortSubject): boolean {
  const origin = placed.rule.origin?.ref as ServicePort | undefined;
  const { port } = subject;
  if (origin) return isSamePort(origin, port);
  if (placed.kind === "nftables") return false;
  const { clauses, target } = placed.rule;
  if (target.kind === "jump" && subject.chains.has(target.chain)) return true;
  let comment = "";
  let address: string | undefined;
  let protocol: string | undefined;
  let number: number | undefined;
  for (const clause of clauses) {
    if (clause.kind === "comment") comment = clause.text;
    if (clause.kind === "destination" && !clause.negated) address = clause.address;
    if (clause.kind === "transport") {
      protocol = clause.protocol;
      number = clause.destinationPort ? Number(clause.destinationPort.ports) : undefined;
    }
  }
  const isProtocol = protocol === port.protocol.toLowerCase();
  if (comment === port.name || comment.startsWith(`${port.name} `))
    return isProtocol || comment.endsWith("health check node port");
  if (comment !== "" || !isProtocol || number === undefined) return false;
  return subject.frontends.some(
    (one) =>
      one.port === number && (address === undefined ? one.address === undefined : isAddress(address, one.address)),
  );
}

function isElementOfSubject(set: string, element: NftElement, subject: PortSubject): boolean {
  const origin = element.origin?.ref as ServicePort | undefined;
  if (origin) return isSamePort(origin, subject.port) && !set.startsWith("affinity-");
  const { key, verdict } = element;
  if (verdict && "chain" in verdict && subject.chains.has(verdict.chain)) return true;
  const protocol = subject.port.protocol.toLowerCase();
  if (key.length === 1) return set === "cluster-ips" && isAddress(String(key[0]), subject.port.clusterIP);
  if (key.length === 2)
    return set.endsWith("nodeports") && key[0] === protocol && Number(key[1]) === subject.port.nodePort;
  if (key.length === 3)
    return (
      key[1] === protocol &&
      subject.frontends.some(({ address, port }) => port === Number(key[2]) && isAddress(String(key[0]), address))
    );
  return (
    set === "hairpin-connections" &&
    subject.endpoints.all.some(({ ip, port }) => isAddress(String(key[0]), ip) && port === Number(key[3]))
  );
}

function elementPlace(set: string, { key }: NftElement, subject: PortSubject): Place | undefined {
  if (set === "hairpin-connections") return endpointPlace(subject, joinHostPort(String(key[0]), Number(key[3])));
  if (key.length === 1) return frontendPlace(subject, String(key[0]), undefined);
  if (set === "firewall-ips") return fieldPlace(subject, ["spec", "loadBalancerSourceRanges"]);
  return key.length === 2
    ? frontendPlace(subject, undefined, Number(key[1]))
    : frontendPlace(subject, String(key[0]), Number(key[2]));
}

function isServerOfSubject(server: VirtualServer, subject: PortSubject): boolean {
  const origin = server.origin?.ref as ServicePort | undefined;
  if (origin) return isSamePort(origin, subject.port);
  if (server.protocol !== subject.port.protocol.toLowerCase()) return false;
  return subject.frontends.some(
    ({ role, address, port }) => port === server.port && (role === "node-port" || isAddress(server.address, address)),
  );
}

function ipvsTrees(subject: PortSubject, input: TreeInput, context: WordContext): ChainTreeView[] {
  const trees: ChainTreeView[] = [];
  for (const { virtualServers, sets } of input.node.ipvs ?? []) {
    const own = virtualServers.filter((server) => isServerOfSubject(server, subject));
    if (own.length > 0)
      trees.push({
        table: "ipvs",
        chain: "virtual servers",
        others: virtualServers.length - own.length,
        rules: own.map((server) => serverView(server, subject, input, context)),
      });
    for (const set of sets) {
      const entries = set.entries.filter((entry) => isEntryOfSubject(entry.text, entry.origin?.ref, subject));
      if (entries.length === 0) continue;
      const purpose = ipSetPurpose(set.name);
      trees.push({
        table: "ipset",
        chain: set.name,
        ...(purpose !== undefined && { purpose }),
        others: set.entries.length - entries.length,
        rules: entries.map((entry): RuleView => ({
          text: entrySentence(entry.text, set.name, purpose),
          rule: `add ${set.name} ${entry.text}`,
          ...noted(entryPlace(entry.text, subject), input.book),
          ...(entry.at && { at: entry.at }),
          chains: [],
        })),
      });
    }
  }
  return trees;
}

function serverView(server: VirtualServer, subject: PortSubject, input: TreeInput, context: WordContext): RuleView {
  const isNodePort = server.port === subject.port.nodePort && server.port !== subject.port.port;
  return {
    text: virtualServerSentence(server),
    rule: `-A ${serviceOption(server)}${serviceAttributes(server)}`,
    ...noted(frontendPlace(subject, isNodePort ? undefined : server.address, server.port), input.book),
    ...(server.at && { at: server.at }),
    chains: [
      {
        table: "ipvs",
        chain: "real servers",
        rules: server.realServers.map((real): RuleView => ({
          text: realServerSentence(real, context),
          rule: `-a ${serviceOption(server)}${realServerAttributes(real)}`,
          ...noted(endpointPlace(subject, joinHostPort(real.address, real.port)), input.book),
          ...(real.at && { at: real.at }),
          chains: [],
        })),
      },
    ],
  };
}

function isEntryOfSubject(text: string, ref: unknown, subject: PortSubject): boolean {
  if (ref) return isSamePort(ref as ServicePort, subject.port);
  const protocol = subject.port.protocol.toLowerCase();
  const [address = "", port] = text.split(",");
  if (port === undefined)
    return /^\d+$/.test(address)
      ? Number(address) === subject.port.nodePort
      : subject.frontends.some((one) => isAddress(address, one.address));
  return (
    subject.frontends.some((one) => isAddress(address, one.address) && port === `${protocol}:${one.port}`) ||
    subject.endpoints.all.some(({ ip, port: own }) => isAddress(address, ip) && port === `${protocol}:${own}`)
  );
}

function entryPlace(text: string, subject: PortSubject): Place | undefined {
  const [address = "", port] = text.split(",");
  const number = port === undefined ? undefined : Number(port.split(":")[1]);
  if (port === undefined && /^\d+$/.test(address)) {
    const isHealthCheck = Number(address) === subject.port.healthCheckNodePort;
    return isHealthCheck
      ? fieldPlace(subject, ["spec", "healthCheckNodePort"])
      : frontendPlace(subject, undefined, Number(address));
  }
  return (
    frontendPlace(subject, address, number) ??
    (number === undefined ? portPlace(subject) : endpointPlace(subject, joinHostPort(address, number)))
  );
}

function entrySentence(text: string, set: string, purpose: string | undefined): string {
  return `${text} is in set ${set}${purpose === undefined ? "" : `: ${purpose}`}.`;
}
