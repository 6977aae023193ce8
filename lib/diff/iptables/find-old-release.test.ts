import { describe, expect, test } from "@jest/globals";
import { findOldRelease } from "./find-old-release.js";
import type { SideTables } from "./side.js";

const JUMP = "-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y";
const MARK = "-A KUBE-SERVICES ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-MARK-MASQ";

const nat = (services: readonly string[], others: Readonly<Record<string, readonly string[]>> = {}): SideTables => {
  const chains = Object.entries({ "KUBE-SERVICES": services, ...others });
  return new Map([["nat", { name: "nat", chains: new Map(chains.map(([name, texts]) => [name, { texts }])) }]]);
};

describe("rules of a release that is not covered", () => {
  test.each([
    ["a mark in KUBE-SERVICES beside each service port", nat([MARK, JUMP])],
    ["a jump to a KUBE-XLB chain", nat([JUMP, "-A KUBE-SERVICES -d 1.2.3.4/32 -j KUBE-XLB-NPX46M4PTMTKRN6Y"])],
    ["a drop by mark", nat([JUMP], { "KUBE-FW-NPX46M4PTMTKRN6Y": ["-A KUBE-FW-NPX46M4PTMTKRN6Y -j KUBE-MARK-DROP"] })],
  ])("are told by %s", (_, tables) => {
    expect(findOldRelease(tables)).toMatchObject({ code: "capture-of-an-old-release", severity: "error" });
    expect(findOldRelease(tables)?.notes?.[0]).toContain("the rule that tells it: -A KUBE-");
  });

  test("are not told by one strange rule among many, nor by a chain that is left over", () => {
    expect(findOldRelease(nat([MARK, JUMP, JUMP, JUMP]))).toBeUndefined();
    expect(findOldRelease(nat([JUMP], { "KUBE-XLB-NPX46M4PTMTKRN6Y": [] }))).toBeUndefined();
  });
});
