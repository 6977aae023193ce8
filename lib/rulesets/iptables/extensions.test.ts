/**
 * Rules of every extension that Debian's iptables 1.8.9 loads, recorded in all three forms: what a trace says of each is
 * the same from `iptables -nvL`, `iptables -S` and `iptables-save`, or less certain; never different.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { contradictions, contradictionsOfLists, placedRules, type Placed } from "../../testing/same-outcomes.js";
import type { Target } from "./types.js";

const recorded = (form: string) =>
  placedRules(readFileSync(new URL(`../../../fixtures/extensions/iptables-${form}.txt`, import.meta.url), "utf8"));

describe.each(["S", "nvL"] as const)("iptables -%s", (form) => {
  const saved = recorded("save");
  const other = recorded(form);

  test("is read whole: as many rules as iptables-save, and nothing that cannot be read", () => {
    expect(saved.rules.length).toBeGreaterThan(95);
    expect(other.codes).toEqual([]);
    expect(other.rules).toHaveLength(saved.rules.length);
  });

  test("leads to the same outcomes as iptables-save, or to less certain ones", () => {
    expect(contradictions(saved.rules, other.rules)).toEqual([]);
  });

  test("leads to the same outcomes in any order and number of rules, with any targets", () => {
    const TARGETS: readonly Target[] = [{ kind: "drop" }, { kind: "accept" }, { kind: "return" }, { kind: "none" }];
    const draw = fc.record({
      index: fc.nat(saved.rules.length - 1),
      target: fc.option(fc.constantFrom(...TARGETS), { nil: undefined }),
    });
    const lists = fc.array(draw, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(lists, (drawn) => {
        const table = saved.rules[drawn[0]!.index]!.table;
        const pick = (rules: readonly Placed[]) =>
          drawn.flatMap(({ index, target }) => {
            const placed = rules[index]!;
            if (saved.rules[index]!.table !== table) return [];
            return [target ? { ...placed, rule: { ...placed.rule, target } } : placed];
          });
        expect(contradictionsOfLists(pick(saved.rules), pick(other.rules))).toEqual([]);
      }),
      { numRuns: fuzzRuns(400) },
    );
  });
});

describe("targets of extensions that take packets in table nat", () => {
  const table = (row: string) => `Table: nat
Chain K (0 references)
 pkts bytes target     prot opt in     out     source               destination         
${row}
`;
  test.each([
    ["REDIRECT", "redir ports 15001", "-A K -p tcp -j REDIRECT --to-ports 15001"],
    ["REDIRECT", "redir ports 15001-15010 random", "-A K -p tcp -j REDIRECT --to-ports 15001-15010 --random"],
    ["NETMAP", "to:10.1.0.0/24", "-A K -p tcp -j NETMAP --to 10.1.0.0/24"],
  ])("have no condition in a listing that iptables-save has not: %s %s", (target, words, line) => {
    const row = `    0     0 ${target}   6    --  *      *       0.0.0.0/0            0.0.0.0/0            ${words}`;
    const [listed] = placedRules(table(row)).rules;
    const [saved] = placedRules(`*nat\n:K - [0:0]\n${line}\nCOMMIT\n`).rules;
    expect({ clauses: listed!.rule.clauses, target: listed!.rule.target }).toEqual({
      clauses: saved!.rule.clauses,
      target: saved!.rule.target,
    });
  });
});
