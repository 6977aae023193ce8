/** KUBE-SEP: sends a connection to one endpoint. */
import { joinHostPort } from "../../net/ip.js";
import type { Clause, Match, Rule, RuleOrigin } from "../../rulesets/iptables/types.js";
import { MARK_MASQ } from "./chain-names.js";
import { bareComment, jump, originOf, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";
import type { ServicePortPlan } from "./plan.js";

const MASQUERADE = jump(MARK_MASQ);

/** What the endpoint chains of a service port share. */
export interface EndpointRuleParts {
  readonly origin: RuleOrigin;
  readonly name: Match;
  readonly transport: Match;
  readonly affinitySeconds: number | undefined;
  /** Of endpoints without a target of their own. */
  readonly port: number;
}

export function endpointRuleParts({ port, protocol, reachable }: ServicePortPlan): EndpointRuleParts {
  return {
    origin: originOf(port),
    name: bareComment(port.name),
    transport: { kind: "transport", protocol },
    affinitySeconds: port.affinitySeconds,
    port: reachable.port,
  };
}

/** The rules of all endpoint chains of a service port. */
export function endpointRules(plan: ServicePortPlan, context: RuleContext): Rule[] {
  const rules: Rule[] = [];
  const parts = endpointRuleParts(plan);
  const { ips, chains, targets } = plan.reachable;
  for (let i = 0; i < ips.length; i++) pushChain(rules, chains[i]!, ips[i]!, targets?.[i], parts, context);
  return rules;
}

/** Adds the rules of one of them. `target`: where it sends to, if that is not the address with the port of all. */
export function pushChain(
  rules: Rule[],
  chain: string,
  ip: string,
  target: string | undefined,
  { origin, name, transport, affinitySeconds, port }: EndpointRuleParts,
  { largeCluster }: RuleContext,
): void {
  // Hairpin: a pod that reaches itself through the service must see a foreign source.
  const source: Clause = { kind: "source", address: ip };
  rules.push(rule(chain, largeCluster ? [source] : [name, source], MASQUERADE, origin));
  const clauses: Clause[] = largeCluster ? [] : [name];
  if (affinitySeconds !== undefined) clauses.push({ kind: "recent", name: chain, action: "set" });
  clauses.push(transport);
  rules.push(rule(chain, clauses, { kind: "dnat", to: target ?? joinHostPort(ip, port) }, origin));
}
