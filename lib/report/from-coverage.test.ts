import { describe, expect, test } from "@jest/globals";
import { findingsOfCoverage } from "./from-changes.js";
import { coverageOf, coverageWords, joinCoverage, wholeGap, type PortName } from "../diff/coverage.js";

const port = (service: string, name = ""): PortName => ({ service, port: name, protocol: "TCP" });
const WANTED = [port("prod/api", "https"), port("prod/db"), port("prod/web", "http")];
const cut = { reason: "capture-incomplete", message: "the capture breaks off" } as const;

describe("coverage", () => {
  test("counts a service port once, under the first gap that concerns it", () => {
    const gap = { ...cut, concerns: ({ service }: PortName) => service === "prod/db" };
    const coverage = coverageOf(WANTED, { gaps: [gap, gap], notGiven: ["ip sets", "ip sets"] });
    expect(coverage).toEqual({
      wanted: 3,
      compared: 2,
      notCompared: [{ ...port("prod/db"), ...cut }],
      notGiven: ["ip sets"],
    });
    expect(coverageWords(coverage)).toBe("2 of 3 service ports compared, 1 not: the capture breaks off (prod/db)");
  });

  test("of two families has a service port that is missing in both once", () => {
    const one = coverageOf(WANTED, { gaps: [wholeGap("table-missing", "no table")], notGiven: [] });
    const { compared, notCompared } = joinCoverage([one, coverageOf(WANTED, { gaps: [], notGiven: [] }), one], 3);
    expect([compared, notCompared.length]).toEqual([0, 3]);
  });

  test("is a failing finding for each reason, which a comparison in part does not let fail", () => {
    const coverage = coverageOf(WANTED, { gaps: [wholeGap("table-missing", "no table nat")], notGiven: ["ip sets"] });
    expect(findingsOfCoverage(coverage, "node-1")).toMatchObject([
      { id: "not-compared", fails: true, check: "node-1", detail: "prod/api:https\nprod/db\nprod/web:http" },
      { id: "not-given", fails: false, message: "not given: ip sets" },
    ]);
    expect(findingsOfCoverage(coverage, "node-1", true).map(({ fails }) => fails)).toEqual([false, false]);
  });
});
