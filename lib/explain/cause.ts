/** The line of the manifests that a rule is there for. */
import { joinHostPort } from "../net/ip.js";
import type { FieldPath, Place } from "../source/origin.js";
import type { Statement } from "../rulesets/nftables/types.js";
import type { PlacedRule } from "./rule-index.js";
import { isAddress, type PortSubject } from "./subject.js";

/** More endpoints than this are not looked up one by one: their service port stands for them. */
const MOST_LOCATED = 200;

/** The field that causes the rule; the service port where no other does; undefined for simulated Services. */
export function causeOfRule(placed: PlacedRule, subject: PortSubject): Place | undefined {
  const role = subject.chains.get(placed.chain);
  if (role?.target !== undefined) return endpointPlace(subject, role.target);
  return placed.kind === "iptables" ? causeInIptables(placed, subject) : causeInNftables(placed, subject);
}

/** The field of the Service. */
export function fieldPlace({ service }: PortSubject, path: FieldPath): Place | undefined {
  return service.origin && { origin: service.origin, path };
}

/** The service port. */
export function portPlace(subject: PortSubject): Place | undefined {
  return fieldPlace(subject, ["spec", "ports", subject.port.portIndex]);
}

/** Where the endpoint's address stands. */
export function endpointPlace(subject: PortSubject, target: string): Place | undefined {
  if (subject.facts.length > MOST_LOCATED) return portPlace(subject);
  return subject.facts.find(({ endpoint }) => endpoint.target === target)?.place ?? portPlace(subject);
}

/** The field of a frontend by its address and port; `address` undefined: a node port. */
export function frontendPlace(
  subject: PortSubject,
  address: string | undefined,
  port: number | undefined,
): Place | undefined {
  const frontend = subject.frontends.find(
    (one) =>
      (address === undefined ? one.address === undefined : isAddress(address, one.address)) &&
      (port === undefined || one.port === port),
  );
  return frontend ? fieldPlace(subject, frontend.path) : undefined;
}

function causeInIptables(
  { rule, chain }: Extract<PlacedRule, { kind: "iptables" }>,
  subject: PortSubject,
): Place | undefined {
  let destination: string | undefined;
  let source: string | undefined;
  let port: number | undefined;
  for (const clause of rule.clauses) {
    if (clause.kind === "recent") return fieldPlace(subject, ["spec", "sessionAffinity"]);
    if (clause.kind === "destination" && !clause.negated) destination = clause.address;
    if (clause.kind === "source" && !clause.negated) source = clause.address;
    if (clause.kind === "transport" && clause.destinationPort) port = Number(clause.destinationPort.ports);
  }
  const entered = rule.target.kind === "jump" ? subject.chains.get(rule.target.chain) : undefined;
  if (entered?.target !== undefined) return endpointPlace(subject, entered.target);
  if (port !== undefined && port === subject.port.healthCheckNodePort && chain === "KUBE-NODEPORTS" && !entered)
    return fieldPlace(subject, ["spec", "healthCheckNodePort"]);
  if (destination !== undefined && destination !== "127.0.0.0/8")
    return frontendPlace(subject, destination, port) ?? portPlace(subject);
  if (port !== undefined) return frontendPlace(subject, undefined, port) ?? portPlace(subject);
  switch (subject.chains.get(chain)?.kind) {
    case "firewall":
      return source === undefined
        ? fieldPlace(subject, ["spec", "loadBalancerSourceRanges"])
        : rangePlace(subject, source);
    case "external":
      return fieldPlace(subject, ["spec", "externalTrafficPolicy"]);
    default:
      return portPlace(subject);
  }
}

function rangePlace(subject: PortSubject, source: string): Place | undefined {
  const ranges = subject.service.spec.loadBalancerSourceRanges ?? [];
  const range = subject.port.sourceRanges.find(({ text, cidr }) => text === source || cidr.text === source);
  const index = ranges.findIndex((text) => text.trim() === source || text.trim() === range?.text);
  return fieldPlace(subject, ["spec", "loadBalancerSourceRanges", ...(index < 0 ? [] : [index])]);
}

function causeInNftables(
  { rule, chain }: Extract<PlacedRule, { kind: "nftables" }>,
  subject: PortSubject,
): Place | undefined {
  for (const statement of rule.statements) {
    const place = causeOfStatement(statement, subject);
    if (place) return place;
  }
  switch (subject.chains.get(chain)?.kind) {
    case "firewall":
      return fieldPlace(subject, ["spec", "loadBalancerSourceRanges"]);
    case "external":
      return fieldPlace(subject, ["spec", "externalTrafficPolicy"]);
    default:
      return portPlace(subject);
  }
}

function causeOfStatement(statement: Statement, subject: PortSubject): Place | undefined {
  if (statement.kind === "dnat") return endpointPlace(subject, joinHostPort(statement.address, statement.port));
  if (statement.kind === "update-set") return fieldPlace(subject, ["spec", "sessionAffinity"]);
  if (statement.kind !== "match" || statement.left.kind !== "payload") return undefined;
  if (statement.left.field === "saddr" && statement.right.kind === "set-reference")
    return fieldPlace(subject, ["spec", "sessionAffinity"]);
  if (statement.left.field === "daddr" && statement.right.kind === "literal")
    return frontendPlace(subject, String(statement.right.value), undefined);
  return undefined;
}
