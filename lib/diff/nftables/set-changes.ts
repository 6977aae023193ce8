/** Changes of sets and maps, as far as no frontend tells them better. */
import { cidrContains } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import { addElement, addSet } from "../../rulesets/nftables/print.js";
import type { NftSet } from "../../rulesets/nftables/types.js";
import type { Change } from "../types.js";
import type { ChainPlace } from "./chain-changes.js";
import { serviceFields } from "./chain-changes.js";
import type { ElementDifference, SetDifference } from "./compare-sets.js";
import { pathOfElement, pathOfLabel, readObjectName } from "./paths.js";

/** A set that is missing or declared otherwise. Those of one service port are named with it. */
export function setDeclarationChange({ name, expected, actual }: SetDifference, place: ChainPlace): Change {
  const owner = readObjectName(name);
  const line = actual?.line;
  return {
    kind: owner?.kind === "affinity" ? "affinity-changed" : "base-chain-changed",
    severity: "error",
    ...(owner && serviceFields(owner.path)),
    chain: name,
    message: actual
      ? `${actual.kind} ${name} ${expected ? declaredWords(expected, actual) : "is not expected"}`
      : `${expected!.kind} ${name} is missing`,
    expected: expected ? [addSet(place.where, expected)] : [],
    actual: actual ? [addSet(place.where, actual)] : [],
    ...(line !== undefined && { at: { file: place.file, line } }),
  };
}

function declaredWords(expected: NftSet, actual: NftSet): string {
  if (expected.timeoutSeconds !== actual.timeoutSeconds)
    return `forgets its elements ${secondsWords(actual)}, not ${secondsWords(expected)}`;
  if (actual.size !== undefined && actual.size !== expected.size && expected.keyType.join() === actual.keyType.join())
    return `has size ${actual.size}, which is too small for what should be in it`;
  return "is declared otherwise than it should be";
}

function secondsWords({ timeoutSeconds }: NftSet): string {
  return timeoutSeconds === undefined ? "never" : `after ${timeoutSeconds} seconds`;
}

/** Service ports that an element concerns: by what made it, or by the chain or comment it holds. */
export function pathsOfElement({ set, expected, actual }: ElementDifference, hairpins: HairpinOwners): string[] {
  if (set === "cluster-ips" || set === "nodeport-ips") return [];
  if (set === "hairpin-connections") return hairpins.ownersOf((expected ?? actual)!);
  const paths = [expected && pathOfElement(expected), actual && pathOfElement(actual)];
  return paths.filter((path) => path !== undefined);
}

/** Finds the service ports that send to an endpoint; asked only when the hairpin set differs. */
export interface HairpinOwners {
  ownersOf(element: { readonly key: readonly (string | number)[] }): string[];
}

const HAIRPINS = "hairpin-connections";

/** An element that no change of its service port tells. */
export function elementChange(difference: ElementDifference, place: ChainPlace): Change {
  const { set, key, expected, actual, rival } = difference;
  const line = actual?.line;
  const label = expected?.origin?.label;
  const path = label === undefined ? actual && pathOfElement(actual) : labelPath(label, difference);
  const base = {
    ...(path !== undefined && serviceFields(path)),
    chain: set,
    expected: expected ? [addElement(place.where, set, expected)] : [],
    actual: actual ? [addElement(place.where, set, actual)] : [],
    ...(line !== undefined && { at: { file: place.file, line } }),
  };
  if (rival)
    return {
      kind: "base-chain-changed",
      severity: "info",
      ...base,
      message: `${key} is claimed by several services; the node has it for another one, which is chance`,
    };
  if (set === "nodeport-ips" && place.servesNoNodePort && expected)
    return {
      kind: "base-chain-changed",
      severity: "error",
      ...base,
      message: `set nodeport-ips holds none of the node's addresses, not even ${key}: no node port is served on this node`,
    };
  if (set === "nodeport-ips")
    return {
      kind: "base-chain-changed",
      ...base,
      ...(expected
        ? {
            severity: "warning",
            message: `node ports are not accepted on ${key}; kube-proxy looks for addresses of the node only on a full sync`,
          }
        : mayTakeNodePorts(key, place)
          ? { severity: "info", message: `node ports are accepted on ${key}, which is no known address of the node` }
          : { severity: "error", message: `node ports are accepted on ${key}, where they should be closed` }),
    };
  if (set === HAIRPINS && !expected)
    return {
      kind: "base-chain-changed",
      severity: "info",
      ...base,
      message: `set ${HAIRPINS} holds ${key}, which is no local endpoint of a service`,
    };
  return {
    kind: set === HAIRPINS ? "masquerade-changed" : "base-chain-changed",
    severity: (set === "cluster-ips" && !expected) || leadsAlike(difference) ? "warning" : "error",
    ...base,
    message: elementMessage(difference),
  };
}

/** Whether kube-proxy would take an address, if the node had it. */
function mayTakeNodePorts(address: string, { nodePortNetworks }: ChainPlace): boolean {
  const ip = parseIP(address);
  return !nodePortNetworks || (ip !== undefined && nodePortNetworks.some((network) => cidrContains(network, ip)));
}

/** From the chains of service ports no packet comes back, so that jump and goto are one. */
function leadsAlike({ expected, actual }: ElementDifference): boolean {
  const [wanted, held] = [expected?.verdict, actual?.verdict];
  return (
    wanted !== undefined && held !== undefined && "chain" in wanted && "chain" in held && wanted.chain === held.chain
  );
}

function labelPath(label: string, { key }: ElementDifference): string {
  return pathOfLabel(label, /\b(tcp|udp|sctp)\b/.exec(key)?.[1] ?? "tcp");
}

function elementMessage({ set, key, expected, actual }: ElementDifference): string {
  if (set === "cluster-ips")
    return expected
      ? `set cluster-ips lacks ${key}: traffic to its unused ports is not rejected, and from outside it may not be masqueraded`
      : `set cluster-ips holds ${key}, which is no cluster IP`;
  if (set === HAIRPINS) return `a pod that reaches itself at ${key} is not masqueraded`;
  if (!actual) return `map ${set} lacks ${key}`;
  return expected ? `map ${set} leads ${key} elsewhere` : `map ${set} holds ${key}, which should not be there`;
}
