/** Patches of iptables mode on a real kernel, nf_tables and legacy: a node with drift, patched, holds what it should. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { compileIptables } from "../../backends/iptables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { diffIptables, iptablesPatch, type ExpectedTable, type IptablesDiff } from "../../diff/iptables/index.js";
import type { IPFamily } from "../../net/ip.js";
import { expectedTables } from "../../render/iptables-expected.js";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases, type RecordedCase } from "../recorded-cases.js";
import { recordedCluster, recordedSituation } from "../recorded-cluster.js";
import { recordedNodes, recordedNodeSituation } from "../recorded-nodes.js";
import { describeKernel } from "./describe-kernel.js";
import {
  IPTABLES_PROGRAMS,
  iptablesProgram,
  loadSave,
  readSave,
  type IptablesFlavour,
  type IptablesKind,
} from "./iptables.js";
import { withNamespace, type Namespace } from "./namespace.js";

const FLAVOURS: readonly IptablesFlavour[] = ["nft", "legacy"];

/** Rules of somebody else, which no patch may touch. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  nat: ["-N DOCKER", "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER", "-A DOCKER -i docker0 -j RETURN"],
  filter: ["-N DOCKER-USER", "-A FORWARD -j DOCKER-USER", "-A DOCKER-USER -j RETURN", "-A KUBE-FIREWALL -j RETURN"],
};

function addForeign(namespace: Namespace, kind: IptablesKind): void {
  for (const [table, commands] of Object.entries(FOREIGN))
    for (const command of commands) {
      if (command.includes("KUBE-FIREWALL")) namespace.try(iptablesProgram(kind), ["-t", table, "-N", "KUBE-FIREWALL"]);
      namespace.run(iptablesProgram(kind), ["-t", table, ...command.split(" ")]);
    }
}

function foreignLines(save: string): string[] {
  return save.split("\n").filter((line) => /^-A (DOCKER|KUBE-FIREWALL -j RETURN)|-j DOCKER/.test(line));
}

function diffText(expected: readonly ExpectedTable[], text: string, family: IPFamily): IptablesDiff {
  return diffIptables(expected, readCaptures([sourceFromText("node.txt", text)]), family);
}

/** Loads a text, applies the patch and gives back what differed; every form of capture must then be no difference. */
function patchNode(kind: IptablesKind, loaded: string, expected: readonly ExpectedTable[]): IptablesDiff {
  return withNamespace((namespace) => {
    loadSave(namespace, kind, loaded);
    addForeign(namespace, kind);
    const before = readSave(namespace, kind);
    const diff = diffText(expected, before, kind.family);
    expect(diff.diagnostics).toEqual([]);
    const patch = [...iptablesPatch(diff.expected, diff.actual, kind.family)].map((line) => `${line}\n`).join("");
    if (patch !== "") namespace.run(iptablesProgram(kind, "restore"), ["--noflush"], patch);
    const after = readSave(namespace, kind);
    expect(foreignLines(after)).toEqual(foreignLines(before));
    const tables = (args: readonly string[]) =>
      ["nat", "filter"].map((table) => namespace.run(iptablesProgram(kind), ["-t", table, ...args])).join("\n");
    for (const text of [after, tables(["-S"]), tables(["-nvL"]), tables(["-vnxL"]), tables(["-S", "-v"])]) {
      const { changes, diagnostics } = diffText(expected, text, kind.family);
      expect(diagnostics).toEqual([]);
      expect(changes).toEqual([]);
    }
    return diff;
  });
}

const nodes = recordedNodes("iptables").filter(({ identical }) => !identical);
const cases = recordedCases().filter(
  ({ name }) => readRecordedText(name, "iptables", "iptables-save", 36) !== undefined,
);

describeKernel("patches of iptables mode on a real kernel", IPTABLES_PROGRAMS, () => {
  test.each(nodes)("the patch of $name brings the node to the expected state", (recorded) => {
    const { cluster, situation } = recordedNodeSituation(recorded);
    const expected = expectedTables(compileIptables(backendInput(cluster, situation)));
    const path = new URL(`../../../golden/kube-proxy/nodes/${recorded.name}/node.txt`, import.meta.url);
    for (const flavour of FLAVOURS) {
      const kind = { flavour, family: recorded.family };
      const { changes } = patchNode(kind, readFileSync(path, "utf8"), expected);
      expect(changes.length).toBeGreaterThan(0);
    }
  });

  const expectedOf = (recorded: RecordedCase) => {
    const cluster = recordedCluster(recorded.name);
    return expectedTables(compileIptables(backendInput(cluster, recordedSituation(recorded, cluster, "iptables", 36))));
  };
  // A node with another case's rules differs in everything a patch can meet.
  const pairs = cases.flatMap((to, i) => {
    if (i % 4 !== 0) return [];
    const from = cases[(i * 7 + 3) % cases.length]!;
    return from.family === to.family && from.name !== to.name ? [{ from, to }] : [];
  });
  test.each(pairs)("a node with the rules of $from.name becomes one of $to.name", ({ from, to }) => {
    const text = readRecordedText(from.name, "iptables", "iptables-save", 36)!;
    for (const flavour of FLAVOURS) patchNode({ flavour, family: to.family }, text, expectedOf(to));
  });
});
