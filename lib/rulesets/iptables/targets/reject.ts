import type { IPFamily } from "../../../net/ip.js";
import { takeWord, takeWords } from "../word-reader.js";
import type { TargetForm, TargetOf } from "./target-form.js";

const DEFAULTS: Readonly<Record<IPFamily, string>> = { IPv4: "icmp-port-unreachable", IPv6: "icmp6-port-unreachable" };

/** Short names and the names iptables-save prints. Source: iptables libipt_REJECT and libip6t_REJECT. */
const FULL_NAMES: Readonly<Record<IPFamily, Readonly<Record<string, string>>>> = {
  IPv4: {
    "net-unreach": "icmp-net-unreachable",
    "icmp-net-unreach": "icmp-net-unreachable",
    "host-unreach": "icmp-host-unreachable",
    "icmp-host-unreach": "icmp-host-unreachable",
    "proto-unreach": "icmp-proto-unreachable",
    "icmp-proto-unreach": "icmp-proto-unreachable",
    "port-unreach": "icmp-port-unreachable",
    "icmp-port-unreach": "icmp-port-unreachable",
    "net-prohib": "icmp-net-prohibited",
    "host-prohib": "icmp-host-prohibited",
    "admin-prohib": "icmp-admin-prohibited",
    "tcp-rst": "tcp-reset",
  },
  IPv6: {
    "no-route": "icmp6-no-route",
    "adm-prohibited": "icmp6-adm-prohibited",
    "addr-unreach": "icmp6-addr-unreachable",
    "addr-unreachable": "icmp6-addr-unreachable",
    "port-unreach": "icmp6-port-unreachable",
    "icmp6-addr-unreach": "icmp6-addr-unreachable",
    "icmp6-port-unreach": "icmp6-port-unreachable",
  },
};

/** `-j REJECT [--reject-with TYPE]`; without a type it is port-unreachable, which iptables-save prints. */
export const reject: TargetForm<TargetOf<"reject">> = {
  names: ["REJECT"],
  options: { "--reject-with": 1 },
  build(options) {
    const [option] = options;
    if (!option) return { kind: "reject" };
    if (options.length > 1 || option.name !== "--reject-with" || option.negated) return undefined;
    return { kind: "reject", with: option.values[0]! };
  },
  list: (words) => (takeWords(words, "reject-with") ? { kind: "reject", with: takeWord(words) } : { kind: "reject" }),
  restore: (target) => (target.with === undefined ? " -j REJECT" : " -j REJECT --reject-with " + target.with),
  save: (target, family) => " -j REJECT --reject-with " + fullName(target.with, family),
  normalize(target, family) {
    const name = fullName(target.with, family);
    return name === DEFAULTS[family] ? { kind: "reject" } : { kind: "reject", with: name };
  },
};

function fullName(name: string | undefined, family: IPFamily): string {
  if (name === undefined) return DEFAULTS[family];
  return Object.hasOwn(FULL_NAMES[family], name) ? FULL_NAMES[family][name]! : name;
}
