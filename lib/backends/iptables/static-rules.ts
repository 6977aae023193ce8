/** Rules that do not depend on services. */
import type { Clause, Rule } from "../../rulesets/iptables/types.js";
import { matchingInterfaceAddresses } from "../node-port-addresses.js";
import { FIREWALL, FORWARD, MARK_MASQ, NODEPORTS, POSTROUTING, SERVICES } from "./chain-names.js";
import { ACCEPT, comment, conntrack, DESTINATION_LOCAL, DROP, jump, LOCALHOST, RETURN, rule } from "./clauses.js";
import type { RuleContext } from "./context.js";

/** Keeps other hosts from reaching 127.0.0.0/8 through the martian packets that localhost node ports allow. */
export function localhostFirewallRules(context: RuleContext): Rule[] {
  if (!context.localhostNodePorts) return [];
  return [
    rule(
      FIREWALL,
      [
        comment("block incoming localnet connections"),
        { kind: "destination", address: LOCALHOST },
        { kind: "source", address: LOCALHOST, negated: true },
        conntrack(["RELATED", "ESTABLISHED", "DNAT"], true),
      ],
      DROP,
    ),
  ];
}

/** KUBE-FORWARD: the last rules of the filter table. */
export function forwardRules(context: RuleContext): Rule[] {
  const { input, mark, nfacct } = context;
  const liberal =
    input.features.invalidDropFollowsTcpBeLiberal &&
    (input.nodeFeatures.tcpBeLiberal || input.config.conntrackTcpBeLiberal);
  const invalid: Clause[] = [conntrack(["INVALID"])];
  if (nfacct) invalid.push({ kind: "nfacct", name: "ct_state_invalid_dropped_pkts" });
  return [
    ...(liberal ? [] : [rule(FORWARD, invalid, DROP)]),
    rule(FORWARD, [comment("kubernetes forwarding rules"), { kind: "mark", value: mark, mask: mark }], ACCEPT),
    rule(FORWARD, [comment("kubernetes forwarding conntrack rule"), conntrack(["RELATED", "ESTABLISHED"])], ACCEPT),
  ];
}

/** KUBE-POSTROUTING and KUBE-MARK-MASQ: the first rules of the nat table. */
export function masqueradeRules(mark: number, randomFully: boolean): Rule[] {
  return [
    rule(POSTROUTING, [{ kind: "mark", value: mark, mask: mark, negated: true }], RETURN),
    rule(POSTROUTING, [], { kind: "mark", value: mark, mask: 0, written: "xor" }),
    rule(POSTROUTING, [comment("kubernetes service traffic requiring SNAT")], { kind: "masquerade", randomFully }),
    rule(MARK_MASQ, [], { kind: "mark", value: mark, mask: mark, written: "or" }),
  ];
}

/** The jumps to KUBE-NODEPORTS: the last rules of the nat table. */
export function nodePortTailRules(context: RuleContext): Rule[] {
  const { input, nodePortAddresses, localhostNodePorts } = context;
  const note = comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
  const target = jump(NODEPORTS);
  if (!nodePortAddresses.matchAll) {
    const addresses = matchingInterfaceAddresses(input, nodePortAddresses, { loopback: localhostNodePorts });
    return addresses.map((address) => rule(SERVICES, [note, { kind: "destination", address }], target));
  }
  const clauses: Clause[] = [note, DESTINATION_LOCAL];
  if (input.family === "IPv6") clauses.push({ kind: "destination", address: "::1/128", negated: true });
  else if (!localhostNodePorts) clauses.push({ kind: "destination", address: LOCALHOST, negated: true });
  return [rule(SERVICES, clauses, target)];
}
