/** The filter table around IPVS: source ranges, forwarding, and what may reach kube-ipvs0. */
import { ACCEPT, comment, commentedSet, DROP, jump, matchSet, RETURN, rule } from "./clauses.js";
import type { ClosedFrontend } from "./ip-sets.js";
import { masqueradeMark, type HasEntries } from "./nat-rules.js";
import type { BackendInput } from "../input.js";
import type { Rule } from "../../rulesets/iptables/types.js";

export const FILTER_CHAINS = [
  "KUBE-FORWARD",
  "KUBE-NODE-PORT",
  "KUBE-PROXY-FIREWALL",
  "KUBE-SOURCE-RANGES-FIREWALL",
  "KUBE-IPVS-FILTER",
  "KUBE-IPVS-OUT-FILTER",
];

/**
 * The rules in the order of kube-proxy's document.
 * `closed`: load-balancer addresses with source ranges that leave the node out; the kernel must not send to them itself.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, writeIptablesRules and acceptIPVSTraffic.
 */
export function filterRules(input: BackendInput, has: HasEntries, closed: readonly ClosedFrontend[]): Rule[] {
  const { family } = input;
  const mark = masqueradeMark(input);
  return [
    ...sourceRangeRules(input, has),
    ...closed.map(({ address, protocol, port }) =>
      rule(
        "KUBE-IPVS-OUT-FILTER",
        [
          { kind: "source", address },
          { kind: "ipvs", address, protocol, port: port.port },
        ],
        DROP,
        { label: port.name, ref: port },
      ),
    ),
    rule("KUBE-FORWARD", [comment("kubernetes forwarding rules"), { kind: "mark", value: mark, mask: mark }], ACCEPT),
    rule(
      "KUBE-FORWARD",
      [comment("kubernetes forwarding conntrack rule"), { kind: "conntrack", states: ["RELATED", "ESTABLISHED"] }],
      ACCEPT,
    ),
    rule("KUBE-NODE-PORT", commentedSet("healthCheckNodePort", family, "dst"), ACCEPT),
    ...(["loadBalancer", "clusterIP", "externalIP", "externalIPLocal"] as const).map((key) =>
      rule("KUBE-IPVS-FILTER", [matchSet(key, family, "dst", "dst")], RETURN),
    ),
    rule("KUBE-IPVS-FILTER", [matchSet("healthCheckNodePort", family, "dst")], RETURN),
    rule("KUBE-IPVS-FILTER", [{ kind: "conntrack", states: ["NEW"] }, matchSet("ipvsIPs", family, "dst")], {
      kind: "reject",
    }),
  ];
}

function sourceRangeRules({ family }: BackendInput, has: HasEntries): Rule[] {
  const rules: Rule[] = [];
  if (has("loadBalancerFirewall"))
    rules.push(
      rule(
        "KUBE-PROXY-FIREWALL",
        commentedSet("loadBalancerFirewall", family, "dst", "dst"),
        jump("KUBE-SOURCE-RANGES-FIREWALL"),
      ),
    );
  for (const key of ["loadBalancerSourceCIDR", "loadBalancerSourceIP"] as const)
    if (has(key))
      rules.push(rule("KUBE-SOURCE-RANGES-FIREWALL", commentedSet(key, family, "dst", "dst", "src"), RETURN));
  rules.push(rule("KUBE-SOURCE-RANGES-FIREWALL", [], DROP));
  return rules;
}
