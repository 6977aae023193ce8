/** The nat table around IPVS: what is masqueraded, and what passes KUBE-SERVICES. */
import { ACCEPT, comment, commentedSet, jump, matchSet, notLocal, RETURN, rule } from "./clauses.js";
import type { SetKey } from "./sets.js";
import type { BackendInput } from "../input.js";
import { masqueradesRandomly } from "../masquerades-randomly.js";
import { findLocalDetector } from "../local-detector.js";
import type { Clause, Rule } from "../../rulesets/iptables/types.js";

export const NAT_CHAINS = [
  "KUBE-SERVICES",
  "KUBE-POSTROUTING",
  "KUBE-NODE-PORT",
  "KUBE-LOAD-BALANCER",
  "KUBE-MARK-MASQ",
];

/** Tells whether a set is wanted to have entries: kube-proxy asks the wanted content, not the kernel's. */
export type HasEntries = (key: SetKey) => boolean;

/** The masquerade mark as a number. */
export function masqueradeMark(input: BackendInput): number {
  return 2 ** input.config.iptables.masqueradeBit;
}

/**
 * The rules in the order of kube-proxy's document.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, writeIptablesRules.
 */
export function natRules(input: BackendInput, has: HasEntries): Rule[] {
  const { family } = input;
  const mark = masqueradeMark(input);
  const services = "KUBE-SERVICES";
  const accept = (key: SetKey) => (has(key) ? [rule(services, [matchSet(key, family, "dst", "dst")], ACCEPT)] : []);
  return [
    rule(services, [{ kind: "source", address: family === "IPv4" ? "127.0.0.0/8" : "::1/128" }], RETURN),
    ...hairpinRules(input, has),
    ...loadBalancerRules(input, has),
    ...nodePortRules(input, has),
    ...clusterIPRules(input, has),
    ...externalIPRules(input, has),
    rule(services, [{ kind: "addrtype", destinationType: { text: "LOCAL" } }], jump("KUBE-NODE-PORT")),
    rule("KUBE-LOAD-BALANCER", [], jump("KUBE-MARK-MASQ")),
    ...accept("clusterIP"),
    ...accept("loadBalancer"),
    rule("KUBE-POSTROUTING", [{ kind: "mark", value: mark, mask: mark, negated: true }], RETURN),
    rule("KUBE-POSTROUTING", [], { kind: "mark", value: mark, mask: 0, written: "xor" }),
    rule("KUBE-POSTROUTING", [comment("kubernetes service traffic requiring SNAT")], {
      kind: "masquerade",
      randomFully: masqueradesRandomly(input),
    }),
    rule("KUBE-MARK-MASQ", [], { kind: "mark", value: mark, mask: mark, written: "or" }),
  ];
}

function hairpinRules({ family }: BackendInput, has: HasEntries): Rule[] {
  if (!has("loopBack")) return [];
  const hairpin = commentedSet("loopBack", family, "dst", "dst", "src");
  return [rule("KUBE-POSTROUTING", hairpin, { kind: "masquerade", randomFully: false })];
}

function loadBalancerRules({ family }: BackendInput, has: HasEntries): Rule[] {
  const rules: Rule[] = [];
  if (has("loadBalancer"))
    rules.push(rule("KUBE-SERVICES", commentedSet("loadBalancer", family, "dst", "dst"), jump("KUBE-LOAD-BALANCER")));
  if (has("loadBalancerLocal"))
    rules.push(rule("KUBE-LOAD-BALANCER", commentedSet("loadBalancerLocal", family, "dst", "dst"), RETURN));
  return rules;
}

/** Each protocol: the Local set first, then the one that is masqueraded. */
const NODE_PORT_ROWS = [
  { protocol: "tcp", local: "nodePortLocalTCP", all: "nodePortTCP", directions: ["dst"] },
  { protocol: "udp", local: "nodePortLocalUDP", all: "nodePortUDP", directions: ["dst"] },
  { protocol: "sctp", local: "nodePortLocalSCTP", all: "nodePortSCTP", directions: ["dst", "dst"] },
] as const;

function nodePortRules({ family }: BackendInput, has: HasEntries): Rule[] {
  return NODE_PORT_ROWS.flatMap(({ protocol, local, all, directions }) => {
    const clauses = (key: SetKey): Clause[] => [
      { kind: "protocol", protocol },
      ...commentedSet(key, family, ...directions),
    ];
    return [
      ...(has(local) ? [rule("KUBE-NODE-PORT", clauses(local), RETURN)] : []),
      ...(has(all) ? [rule("KUBE-NODE-PORT", clauses(all), jump("KUBE-MARK-MASQ"))] : []),
    ];
  });
}

/** Without a detector only traffic between virtual addresses (of the node itself) is masqueraded. */
function clusterIPRules(input: BackendInput, has: HasEntries): Rule[] {
  if (!has("clusterIP")) return [];
  const { family, config } = input;
  const detector = config.iptables.masqueradeAll ? undefined : findLocalDetector(input);
  const source = config.iptables.masqueradeAll || detector ? "dst" : "src";
  const clauses: Clause[] = commentedSet("clusterIP", family, source, "dst");
  if (detector) clauses.push(notLocal(detector));
  return [rule("KUBE-SERVICES", clauses, jump("KUBE-MARK-MASQ"))];
}

/** External IPs: masqueraded unless the policy is Local; accepted from outside, and from this node if it holds the IP. */
function externalIPRules({ family }: BackendInput, has: HasEntries): Rule[] {
  const rules: Rule[] = [];
  for (const key of ["externalIP", "externalIPLocal"] as const) {
    if (!has(key)) continue;
    const matches = commentedSet(key, family, "dst", "dst");
    if (key === "externalIP") rules.push(rule("KUBE-SERVICES", matches, jump("KUBE-MARK-MASQ")));
    rules.push(
      rule(
        "KUBE-SERVICES",
        [
          ...matches,
          { kind: "physdev", isIn: true, negated: true },
          { kind: "addrtype", sourceType: { text: "LOCAL", negated: true } },
        ],
        ACCEPT,
      ),
      rule("KUBE-SERVICES", [...matches, { kind: "addrtype", destinationType: { text: "LOCAL" } }], ACCEPT),
    );
  }
  return rules;
}
