/** Recorded iptables texts on a real kernel: what kube-proxy's documents become once loaded. */
import { expect, test } from "@jest/globals";
import { canonicalSave, DISPATCH_CHAINS } from "./canonical-save.js";
import { describeKernel } from "./describe-kernel.js";
import { insertJumps, IPTABLES_PROGRAMS, loadRestore, loadSave, readSave, type IptablesFlavour } from "./iptables.js";
import { withNamespace } from "./namespace.js";
import { addNfacctCounters } from "./nfacct.js";
import { readRecordedText, recordedCases } from "../recorded-cases.js";

const cases = recordedCases().filter(({ name }) => readRecordedText(name, "iptables", "iptables-restore", 36));
const savedCases = cases.filter(({ name }) => readRecordedText(name, "iptables", "iptables-save", 36));

describeKernel("recorded iptables texts on a real kernel", [...IPTABLES_PROGRAMS, "nfacct"], () => {
  for (const flavour of ["nft", "legacy"] satisfies IptablesFlavour[]) {
    test.each(savedCases)(`${flavour} reads back the save text of $name as it was loaded`, ({ name, family }) => {
      const save = readRecordedText(name, "iptables", "iptables-save", 36)!;
      withNamespace((namespace) => {
        loadSave(namespace, { flavour, family }, save);
        expect(canonicalSave(readSave(namespace, { flavour, family }))).toBe(canonicalSave(save));
      });
    });

    test.each(cases)(`${flavour} makes the save text of $name from its restore text and jumps`, ({ name, family }) => {
      withNamespace((namespace) => {
        addNfacctCounters(namespace);
        loadRestore(namespace, { flavour, family }, readRecordedText(name, "iptables", "iptables-restore", 36)!);
        insertJumps(namespace, { flavour, family }, readRecordedText(name, "iptables", "jumps", 36)!);
        const held = readSave(namespace, { flavour, family });
        const save = readRecordedText(name, "iptables", "iptables-save", 36);
        if (save !== undefined) expect(canonicalSave(held, DISPATCH_CHAINS)).toBe(canonicalSave(save, DISPATCH_CHAINS));
        // Loading it a second time changes nothing: every chain it fills is declared, and so flushed, first.
        loadRestore(namespace, { flavour, family }, readRecordedText(name, "iptables", "iptables-restore", 36)!);
        expect(canonicalSave(readSave(namespace, { flavour, family }))).toBe(canonicalSave(held));
      });
    });
  }
});
