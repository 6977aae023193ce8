/** A chain, set or hash: whose it is, what it is for, and its rules in words. */
import type { ChainTreeView, ChainView } from "./explain-view.js";
import type { Place } from "../source/origin.js";
import { causeOfRule, endpointPlace, portPlace } from "./cause.js";
import { nameInChain, nameInComments, type ChainOwner, type NameInChain } from "./chain-owner.js";
import { chainPurpose, isStaticName } from "./chain-purpose.js";
import type { ExplainInput, FamilyContext } from "./explain-input.js";
import type { IndexedChain, PlacedRule } from "./rule-index.js";
import { chainTree } from "./rule-tree.js";
import type { ChainRole } from "./subject.js";

/** Rules of one chain that are shown; a services chain may have a hundred thousand. */
const MOST_RULES = 60;

const ROLE_WORDS: Readonly<Record<ChainRole["kind"], string>> = {
  cluster: "the chain for the Cluster policy",
  local: "the chain for the Local policy",
  external: "the chain for external addresses and node ports",
  firewall: "the chain for load-balancer source ranges",
  endpoint: "the chain of endpoint",
  affinity: "the affinity set of endpoint",
};

/** `owner`: what the hash was found to be of; undefined: of nothing in the input. */
export function explainChain(
  name: string,
  owner: ChainOwner | undefined,
  all: ExplainInput,
  families: readonly FamilyContext[],
): ChainView {
  const chain = owner?.chain ?? name;
  const trees = families.flatMap((family) =>
    family.index
      .chainsNamed(chain)
      .map((indexed) => shortened(chainTree(indexed, family.tree, family.words, causeIn(family)))),
  );
  const purpose = chainPurpose(chain);
  const base = { name: chain, ...(purpose !== undefined && { purpose }), trees };
  if (owner) {
    const { port, role, stale } = owner;
    const subject = families
      .flatMap(({ subjects }) => subjects)
      .find(
        (one) => one.port.name === port.name && one.port.protocol === port.protocol && one.port.family === port.family,
      );
    const pod = subject?.facts.find(({ endpoint }) => endpoint.target === role.target)?.podName;
    const place = subject && (role.target === undefined ? portPlace(subject) : endpointPlace(subject, role.target));
    const notes: string[] = [];
    if (stale) notes.push("This endpoint is in no EndpointSlice of the service any more: the chain is stale.");
    if (trees.length === 0)
      notes.push(
        all.captures.length > 0
          ? "The captures hold no such chain."
          : "kube-proxy would not program this chain now: no traffic needs it.",
      );
    return {
      ...base,
      belongsTo: `${ROLE_WORDS[role.kind]}${role.target === undefined ? "" : ` ${role.target}${pod === undefined ? "" : ` (Pod ${pod})`}`} of service port ${port.name}, ${port.protocol}`,
      service: `${port.namespace}/${port.service}`,
      servicePort: port.name,
      protocol: port.protocol,
      ...(role.target !== undefined && { endpoint: role.target }),
      ...(pod !== undefined && { pod }),
      ...(place && { at: all.book.note(place) }),
      notes,
    };
  }
  const told = nameInChain(chain) ?? toldByComments(chain, families);
  if (told) return { ...base, ...toldView(told) };
  return {
    ...base,
    belongsTo: isStaticName(chain)
      ? "kube-proxy, for all services"
      : purpose?.startsWith("belongs to ")
        ? purpose.slice("belongs to ".length)
        : "nobody that the input or the captures name",
    notes:
      isStaticName(chain) && all.captures.length === 0 && trees.length > 0
        ? ["Rules of single services are left out; explain a Service to see them."]
        : [],
  };
}

function toldView({ name, protocol, target, isHashRight }: NameInChain) {
  return {
    belongsTo: `${target === undefined ? "" : `endpoint ${target} of `}service port ${name}, ${protocol}`,
    service: name.split(":")[0]!,
    servicePort: name,
    protocol,
    ...(target !== undefined && { endpoint: target }),
    notes: [
      "The input holds no such service port; its name is told by the rules alone.",
      ...(isHashRight ? [] : ["The hash in the name is not the hash of the name: kube-proxy did not make it so."]),
    ],
  };
}

function toldByComments(chain: string, families: readonly FamilyContext[]): NameInChain | undefined {
  for (const { index } of families) {
    const targets = index.chainsNamed(chain).flatMap(dnatTargetsOf);
    const found = nameInComments(chain, commentsOf(index.chains), targets);
    if (found) return found;
  }
  return undefined;
}

function* commentsOf(chains: readonly IndexedChain[]): Iterable<string> {
  for (const { rules } of chains)
    for (const placed of rules)
      if (placed.kind === "iptables")
        for (const clause of placed.rule.clauses) if (clause.kind === "comment") yield clause.text;
}

/** What the chain's own rules send to. */
export function dnatTargetsOf({ rules }: IndexedChain): string[] {
  return rules.flatMap((placed) =>
    placed.kind === "iptables" && placed.rule.target.kind === "dnat" ? [placed.rule.target.to] : [],
  );
}

function causeIn({ subjects }: FamilyContext): (placed: PlacedRule) => Place | undefined {
  return (placed) => {
    const subject = subjects.find(
      ({ chains, port }) => chains.has(placed.chain) || placed.rule.origin?.label === port.name,
    );
    return subject && causeOfRule(placed, subject);
  };
}

function shortened(tree: ChainTreeView): ChainTreeView {
  const others = tree.rules.length - MOST_RULES;
  return others > 0 ? { ...tree, rules: tree.rules.slice(0, MOST_RULES), others } : tree;
}
