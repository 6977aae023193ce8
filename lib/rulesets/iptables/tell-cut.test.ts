/** iptables -S that begins or ends too soon, exactly at a line. */
import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { readCaptures } from "./read-captures.js";

const NAT_DECLARED = ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].map((name) => `-P ${name} ACCEPT`);
const NAT_CHAINS = ["-N KUBE-SERVICES", "-N KUBE-SVC-Y6F2RGC3NHRABV2R"];
const NAT_RULES = [
  "-A PREROUTING -j KUBE-SERVICES",
  "-A OUTPUT -j KUBE-SERVICES",
  "-A KUBE-SERVICES -d 10.0.0.1/32 -j KUBE-SVC-Y6F2RGC3NHRABV2R",
  "-A KUBE-SVC-Y6F2RGC3NHRABV2R -j KUBE-SEP-Y6F2RGC3NHRABV2R",
];
const NAT = ["# iptables -t nat -S", ...NAT_DECLARED, ...NAT_CHAINS, ...NAT_RULES];
const FILTER = ["# iptables -t filter -S", ...["INPUT", "FORWARD", "OUTPUT"].map((name) => `-P ${name} ACCEPT`)];
const FILTER_RULES = [
  "-A INPUT -j KUBE-NODEPORTS",
  "-A FORWARD -j KUBE-FORWARD",
  "-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
];

const MANGLE = [
  "# iptables -t mangle -S",
  ...["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].map((name) => `-P ${name} ACCEPT`),
  ...["KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY", "KUBE-PROXY-CANARY"].map((name) => `-N ${name}`),
];

const cutTables = (lines: readonly string[]) => {
  const { tables, diagnostics } = readCaptures([sourceFromText("n.txt", `${lines.join("\n")}\n`)]);
  expect(diagnostics.every(({ code }) => code === "capture-incomplete")).toBe(true);
  expect(diagnostics.length).toBe(tables.filter(({ complete }) => !complete).length);
  return tables.map(({ name, complete }) => `${name} ${complete ? "whole" : "cut"}`);
};

test.each([
  ["whole", [...NAT, ...FILTER], ["nat whole", "filter whole"]],
  [
    "rules alone",
    ["# iptables -t nat -S", ...NAT_RULES, "# iptables -t filter -S", ...FILTER_RULES],
    ["nat whole", "filter whole"],
  ],
  [
    "without the first declarations",
    ["# iptables -t nat -S", ...NAT_DECLARED.slice(2), ...NAT_CHAINS, ...NAT_RULES],
    ["nat whole"],
  ],
  ["one chain", ["# iptables -t nat -S KUBE-SERVICES", "-N KUBE-SERVICES", NAT_RULES[2]!], ["nat cut"]],
  ["from the second jump on", ["# iptables -t nat -S", ...NAT_RULES.slice(1)], ["nat cut"]],
  ["from the first chain of kube-proxy on", ["# iptables -t nat -S", ...NAT_RULES.slice(2)], ["nat cut"]],
  ["filter from its second jump on", ["# iptables -t filter -S", ...FILTER_RULES.slice(1)], ["filter cut"]],
  ["ends among the built-in chains", [...NAT, ...FILTER.slice(0, 3)], ["nat whole", "filter cut"]],
  ["ends among kube-proxy's chains", [...NAT, ...FILTER, "-N KUBE-EXTERNAL-SERVICES"], ["nat whole", "filter cut"]],
  ["mangle with the chains of kube-proxy and kubelet", [...NAT, ...MANGLE], ["nat whole", "mangle whole"]],
  ["ends among the built-in chains of mangle", [...NAT, ...MANGLE.slice(0, 5)], ["nat whole", "mangle cut"]],
  ["ends behind the first chain of kube-proxy", [...NAT, ...FILTER, MANGLE.at(-1)!], ["nat whole", "filter cut"]],
  [
    "ends inside KUBE-FORWARD",
    [
      ...NAT,
      ...FILTER,
      "-N KUBE-FORWARD",
      ...FILTER_RULES.slice(0, 2),
      "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
    ],
    ["nat whole", "filter cut"],
  ],
  ["ends behind KUBE-FORWARD", [...NAT, ...FILTER, "-N KUBE-FORWARD", ...FILTER_RULES], ["nat whole", "filter whole"]],
  // As on a node whose table was flushed.
  ["ends behind the built-in chains", [...NAT, ...FILTER], ["nat whole", "filter whole"]],
  [
    "a table of others",
    [...NAT, "# iptables -t raw -S", "-P PREROUTING ACCEPT", "-P OUTPUT ACCEPT"],
    ["nat whole", "raw whole"],
  ],
])("iptables -S, %s", (_, lines, expected) => {
  expect(cutTables(lines)).toEqual(expected);
});
