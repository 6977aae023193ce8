/** Whatever a capture holds, a patch made from it changes kube-proxy's own objects alone. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../../config/proxy-config.js";
import { diffNode } from "../../node/diff-node.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { compileNftables } from "../../backends/nftables/index.js";
import { nftLines } from "../../rulesets/nftables/print.js";
import { parseNftCommands } from "../../rulesets/nftables/parse-commands.js";
import { sourceFromText } from "../../source/source.js";
import { fuzzSeed, mutationRuns } from "../fuzz/runs.js";
import { compiledStates, type NodeState } from "./node-states.js";
import { hostileCapture } from "./poison.js";

const PATCHES = mutationRuns(60);

const CHAIN = String.raw`KUBE-[A-Z0-9-]+`;
const VALUE = String.raw`[0-9A-Za-z.:,/[\]-]+`;
const BUILT_IN = "(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)";
const NAME = String.raw`[A-Za-z0-9_./-]+`;

/** Every line that a patch may have, by the tool that reads it. */
const LINES = {
  iptables: [
    /^\*(nat|filter)$/,
    /^COMMIT$/,
    new RegExp(`^:${CHAIN} - \\[0:0\\]$`),
    new RegExp(`^-X ${CHAIN}$`),
    new RegExp(`^-A ${CHAIN} `),
    new RegExp(`^-[ID] ${BUILT_IN} .*-j ${CHAIN}$`),
    // In the chain that kubelet has rules in, too: in front of these, and always the same.
    /^-I KUBE-FIREWALL ! -s 127\.0\.0\.0\/8 -d 127\.0\.0\.0\/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP$/,
  ],
  ipset: [
    new RegExp(`^create KUBE-[A-Z0-9-]+ (hash|bitmap):[a-z,]+ [a-z0-9 -]+$`),
    new RegExp(`^(add|del) KUBE-[A-Z0-9-]+ ${VALUE}$`),
    /^# KUBE-[A-Z0-9-]+ is of another type or has other options, and has to be destroyed and made by hand$/,
  ],
  ip: [/^addr (add|del) [0-9a-f.:]+\/(32|128) dev kube-ipvs0$/, /^link add kube-ipvs0 type dummy$/],
  ipvsadm: [
    new RegExp(`^-[AEDaed] -[tu] ${VALUE}( -r ${VALUE})?( -[a-zA-Z-]+( [0-9a-z.,-]+)?)*$`),
    /^-[AEDaed] --sctp-service /,
  ],
  nft: [
    new RegExp(`^(add|delete|flush|destroy) (table|chain|set|map) (ip|ip6) kube-proxy( ${NAME}( \\{ .* \\})?)?$`),
    new RegExp(`^(add|delete) element (ip|ip6) kube-proxy ${NAME} \\{ .* \\}$`),
    new RegExp(`^add rule (ip|ip6) kube-proxy ${NAME} .+$`),
    /^#/,
  ],
} as const;

const TOOLS: Readonly<Record<ProxyMode, readonly (keyof typeof LINES)[]>> = {
  iptables: ["iptables"],
  ipvs: ["iptables", "ipset", "ip", "ipvsadm"],
  nftables: ["nft"],
};

/** Lines around the tools' own in a script. */
const SCRIPT =
  /^(#!\/bin\/sh|# Brings the node to .*|set -e|END|(ipset restore|ip -batch -|ipvsadm -R|(ip6?tables)-restore --noflush) <<'END')?$/;

function isOwn(mode: ProxyMode, line: string, declared: readonly string[]): boolean {
  if (SCRIPT.test(line)) return true;
  const tool = TOOLS[mode].find((name) => LINES[name].some((pattern) => pattern.test(line)));
  if (tool === undefined || /[\u0000-\u001f\u007f]/.test(line)) return false;
  if (tool === "nft") return isOwnCommand(line, declared);
  return tool !== "iptables" || !/^-[AID] /.test(line) || !("problem" in parseRule(line.replace(/^-[ID]/, "-A")));
}

/** Whether nft reads one command, of kube-proxy's table: no quoted text ends early, nothing stands behind. */
function isOwnCommand(line: string, declared: readonly string[]): boolean {
  const plain = line.replace(/"[^"]*"/g, "");
  const inside = /^add (chain|set|map|table) [^{}]*\{([^{}]*)\}$/.exec(plain)?.[2];
  if (/["`$]/.test(plain) || (inside === undefined && plain.includes(";"))) return false;
  const { tables, unread } = parseNftCommands(line.startsWith("add ") ? [...declared, line] : []);
  return unread.length === 0 && tables.every(({ name }) => name === "kube-proxy");
}

/** Elements are read with the types of their sets. */
function declarationsOf(mode: ProxyMode, { input }: NodeState): string[] {
  if (mode !== "nftables") return [];
  return [...nftLines(compileNftables(input()))].filter((line) => /^add (table|chain|set|map) /.test(line));
}

describe.each(["iptables", "ipvs", "nftables"] as const)("mode %s", (mode) => {
  test(`${PATCHES} captures, drifted and hostile, give patches of kube-proxy's own objects`, async () => {
    const nodes = compiledStates(mode).map((node) => ({ ...node, declared: declarationsOf(mode, node) }));
    const seed = fuzzSeed(20261128);
    const foreign: string[] = [];
    let lines = 0;
    for (let run = 0; run < PATCHES; run++) {
      const node = nodes[run % nodes.length]!;
      const sources = Object.entries(hostileCapture(node.texts, seed, run)).map(([name, text]) =>
        sourceFromText(name, text),
      );
      for (const line of (await diffNode(node.cluster, node.wishes, sources)).patch()) {
        lines++;
        if (!isOwn(mode, line, node.declared)) foreign.push(`${node.name}: ${line}`);
      }
    }
    expect(foreign).toEqual([]);
    expect(lines).toBeGreaterThan(PATCHES / 4);
  });
});
