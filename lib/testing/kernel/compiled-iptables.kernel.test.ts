/** Compiled iptables texts of both families on a real kernel, nf_tables and legacy. */
import { expect, test } from "@jest/globals";
import { compileIptables } from "../../backends/iptables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import type { IPFamily } from "../../net/ip.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import { printRuleRestore } from "../../rulesets/iptables/print-restore.js";
import { readRecordedText, recordedCases, type RecordedCase } from "../recorded-cases.js";
import { recordedCluster, recordedSituation } from "../recorded-cluster.js";
import { canonicalSave } from "./canonical-save.js";
import { describeKernel } from "./describe-kernel.js";
import { insertJumps, IPTABLES_PROGRAMS, loadRestore, loadSave, readSave, type IptablesFlavour } from "./iptables.js";
import { withNamespace } from "./namespace.js";
import { addNfacctCounters } from "./nfacct.js";

const FLAVOURS: readonly IptablesFlavour[] = ["nft", "legacy"];
const FAMILIES: readonly IPFamily[] = ["IPv4", "IPv6"];

const cases = recordedCases().filter(({ name }) => readRecordedText(name, "iptables", "iptables-restore", 36));

/** What compile makes of a case for a family and a minor: whole tables, kube-proxy's document, and its jumps. */
function compileTexts(recorded: RecordedCase, family: IPFamily, minor: number) {
  const cluster = recordedCluster(recorded.name);
  const situation = recordedSituation(recorded, cluster, "iptables", minor);
  const program = () => compileIptables(backendInput(cluster, situation, {}, family));
  const text = (lines: Iterable<string>) => `${[...lines].join("\n")}\n`;
  const jumps = program().jumps.map(({ table, rule }) => {
    const printed = printRuleRestore(rule).replace(/^-A /, "-I ");
    return `iptables -t ${table} ${printed}`;
  });
  return {
    save: text(renderIptablesSave(program())),
    restore: text(renderIptablesRestore(program())),
    jumps: text(jumps),
  };
}

describeKernel("compiled iptables texts on a real kernel", [...IPTABLES_PROGRAMS, "nfacct"], () => {
  test.each(cases)("$name reads back as compiled, from whole tables and from kube-proxy's document", (recorded) => {
    for (const family of FAMILIES)
      for (const minor of [28, 36]) {
        const { save, restore, jumps } = compileTexts(recorded, family, minor);
        for (const flavour of FLAVOURS)
          withNamespace((namespace) => {
            addNfacctCounters(namespace);
            loadSave(namespace, { flavour, family }, save);
            expect(canonicalSave(readSave(namespace, { flavour, family }))).toBe(canonicalSave(save));
            // On a node that holds these rules, a full sync changes nothing.
            loadRestore(namespace, { flavour, family }, restore);
            expect(canonicalSave(readSave(namespace, { flavour, family }))).toBe(canonicalSave(save));
          });
        withNamespace((namespace) => {
          addNfacctCounters(namespace);
          loadRestore(namespace, { flavour: "nft", family }, restore);
          insertJumps(namespace, { flavour: "nft", family }, jumps);
          expect(canonicalSave(readSave(namespace, { flavour: "nft", family }))).toBe(canonicalSave(save));
        });
      }
  });
});
