/** The data of the page of a fleet. */
import { expect, test } from "@jest/globals";
import type { DiffReport } from "../../diff/types.js";
import type { PageData } from "./page-data.js";
import { renderFleetPage } from "./fleet-page.js";

function reportOf(node: string, ipFamily: "ipv4" | "ipv6"): DiffReport {
  return {
    schema: "svcrules.dev/diff/v1",
    identical: true,
    mode: "iptables",
    node,
    kubeVersion: "1.36.0",
    ipFamily,
    assumptions: [],
    inferred: [],
    summary: { services: 1, differing: 0, changes: 0 },
    coverage: { wanted: 1, compared: 1, notCompared: [], notGiven: [] },
    changes: [],
  };
}

function nodeNames(reports: readonly DiffReport[]): string[] {
  const page = [...renderFleetPage(reports)].join("\n");
  const [, data] = /<script[^>]* id="data"[^>]*>([\s\S]*?)<\/script>/.exec(page)!;
  return (JSON.parse(data!) as PageData).nodes.map(({ name }) => name);
}

test("nodes have their names", () => {
  expect(nodeNames([reportOf("b", "ipv4"), reportOf("a", "ipv4"), reportOf("", "ipv4")])).toEqual([
    "the node",
    "a",
    "b",
  ]);
});

test("two captures and two families of the same node have names of their own, in any order of the reports", () => {
  const reports = [reportOf("a", "ipv6"), reportOf("b", "ipv4"), reportOf("a", "ipv4"), reportOf("b", "ipv4")];
  expect(nodeNames(reports)).toEqual(["a IPv4", "a IPv6", "b", "b (2)"]);
  expect(nodeNames([...reports].reverse())).toEqual(["a IPv4", "a IPv6", "b", "b (2)"]);
});
