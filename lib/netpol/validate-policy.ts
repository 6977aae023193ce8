/** What the API server would refuse in a NetworkPolicy. Source: pkg/apis/networking/validation, 1.31 to 1.36. */
import type { Features } from "../config/features.js";
import type { LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../kube/types.js";
import { parseCIDR } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import type { FieldPath } from "../source/origin.js";
import { quoted } from "../util/quoted.js";

export interface PolicyFault {
  readonly path: FieldPath;
  /** One sentence without a full stop. */
  readonly message: string;
}

const PROTOCOLS: readonly string[] = ["TCP", "UDP", "SCTP"];
const OPERATORS_WITH_VALUES: readonly string[] = ["In", "NotIn"];
const OPERATORS_WITHOUT: readonly string[] = ["Exists", "DoesNotExist"];

function isPortNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** At most 15 of a-z, 0-9 and single inner dashes, with a letter. */
function isPortName(value: string): boolean {
  return value.length <= 15 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value) && /[a-z]/.test(value);
}

function* portFaults({ protocol, port, endPort }: NetworkPolicyPort, path: FieldPath): Generator<PolicyFault> {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    yield { path: [...path, "protocol"], message: `protocol ${quoted(protocol)} is not one of TCP, UDP, SCTP` };
  if (typeof port === "number" && !isPortNumber(port))
    yield { path: [...path, "port"], message: `port ${port} is outside 1-65535` };
  if (typeof port === "string" && !isPortName(port))
    yield { path: [...path, "port"], message: `${quoted(port)} is no port name (numbers stand without quotes)` };
  if (endPort === undefined) return;
  if (typeof port !== "number") yield { path: [...path, "endPort"], message: "endPort needs a port that is a number" };
  else if (endPort < port || endPort > 65535)
    yield { path: [...path, "endPort"], message: `endPort ${endPort} is not in ${port}-65535` };
}

/** Text that only releases with loose syntax take: host bits or leading zeros. */
function isStrictCIDR(text: string): boolean {
  return (
    parseCIDR(text)?.text === text.toLowerCase() &&
    parseIP(text.split("/")[0]!)?.family === (text.includes(":") ? "IPv6" : "IPv4")
  );
}

function* blockFaults(
  { cidr, except }: NonNullable<NetworkPolicyPeer["ipBlock"]>,
  path: FieldPath,
  features: Features,
): Generator<PolicyFault> {
  const outer = parseCIDR(cidr);
  if (!outer) return yield { path: [...path, "cidr"], message: `${quoted(cidr)} is no CIDR` };
  if (features.strictIPAndCIDRSyntax && !isStrictCIDR(cidr))
    yield { path: [...path, "cidr"], message: `${quoted(cidr)} is not written as ${outer.text}` };
  for (const [i, text] of (except ?? []).entries()) {
    const inner = parseCIDR(text);
    const at = [...path, "except", i];
    if (!inner) yield { path: at, message: `${quoted(text)} is no CIDR` };
    else if (inner.family !== outer.family || inner.prefix <= outer.prefix || !contains(outer, inner))
      yield { path: at, message: `${quoted(text)} does not lie strictly inside ${outer.text}` };
  }
}

function contains(outer: NonNullable<ReturnType<typeof parseCIDR>>, inner: typeof outer): boolean {
  const host = BigInt((outer.family === "IPv4" ? 32 : 128) - outer.prefix);
  return inner.base >> host === outer.base >> host;
}

function* selectorFaults(selector: LabelSelector | null | undefined, path: FieldPath): Generator<PolicyFault> {
  for (const [i, { key, operator, values }] of (selector?.matchExpressions ?? []).entries()) {
    const at = [...path, "matchExpressions", i];
    if (key === "") yield { path: at, message: "the expression has no key" };
    if (OPERATORS_WITH_VALUES.includes(operator)) {
      if (!values?.length) yield { path: at, message: `operator ${operator} needs values` };
    } else if (OPERATORS_WITHOUT.includes(operator)) {
      if (values?.length) yield { path: [...at, "values"], message: `operator ${operator} takes no values` };
    } else
      yield {
        path: [...at, "operator"],
        message: `operator ${quoted(operator)} is not one of In, NotIn, Exists, DoesNotExist`,
      };
  }
}

function* peerFaults(peer: NetworkPolicyPeer, path: FieldPath, features: Features): Generator<PolicyFault> {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (!podSelector && !namespaceSelector && !ipBlock)
    return yield { path, message: "the peer names neither podSelector nor namespaceSelector nor ipBlock" };
  if (ipBlock && (podSelector || namespaceSelector))
    yield { path, message: "ipBlock cannot stand together with a selector in one peer" };
  if (ipBlock) yield* blockFaults(ipBlock, [...path, "ipBlock"], features);
  yield* selectorFaults(podSelector, [...path, "podSelector"]);
  yield* selectorFaults(namespaceSelector, [...path, "namespaceSelector"]);
}

/** Every fault, in the order of the fields. */
export function* findPolicyFaults({ spec }: NetworkPolicy, features: Features): Generator<PolicyFault> {
  yield* selectorFaults(spec.podSelector, ["spec", "podSelector"]);
  const types = spec.policyTypes ?? [];
  for (const [i, type] of types.entries())
    if (type !== "Ingress" && type !== "Egress")
      yield { path: ["spec", "policyTypes", i], message: `policy type ${quoted(type)} is not one of Ingress, Egress` };
  if (types.length > 2) yield { path: ["spec", "policyTypes"], message: "there are at most two policy types" };
  for (const direction of ["ingress", "egress"] as const)
    for (const [r, rule] of (spec[direction] ?? []).entries()) {
      const path = ["spec", direction, r];
      for (const [p, port] of (rule.ports ?? []).entries()) yield* portFaults(port, [...path, "ports", p]);
      const [field, peers] =
        "from" in rule ? (["from", rule.from] as const) : (["to", "to" in rule ? rule.to : undefined] as const);
      for (const [p, peer] of (peers ?? []).entries()) yield* peerFaults(peer, [...path, field, p], features);
    }
}
