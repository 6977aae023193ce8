/** Rules of every extension on a real kernel: a listing says the same as iptables-save, or less, never something else. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { contradictions, placedRules } from "../same-outcomes.js";
import { describeKernel } from "./describe-kernel.js";
import { iptablesProgram, IPTABLES_PROGRAMS, loadSave, readSave } from "./iptables.js";
import { withNamespace } from "./namespace.js";

const KIND = { flavour: "nft", family: "IPv4" } as const;
const TABLES = ["filter", "nat", "mangle", "raw"];

describeKernel("rules of extensions on a real kernel", IPTABLES_PROGRAMS, () => {
  test.each([["-nvL"], ["-S"]])("iptables %s never contradicts iptables-save", (option) => {
    withNamespace((namespace) => {
      loadSave(
        namespace,
        KIND,
        readFileSync(new URL("../../../fixtures/extensions/iptables-save.txt", import.meta.url), "utf8"),
      );
      const listing = TABLES.map(
        (table) => `Table: ${table}\n${namespace.run(iptablesProgram(KIND), ["-t", table, option])}\n`,
      ).join("");
      const saved = placedRules(readSave(namespace, KIND));
      const listed = placedRules(listing);
      expect(saved.rules.length).toBeGreaterThan(95);
      expect(listed.rules).toHaveLength(saved.rules.length);
      expect(contradictions(saved.rules, listed.rules)).toEqual([]);
    });
  });
});
