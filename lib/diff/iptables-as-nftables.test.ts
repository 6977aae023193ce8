/** Captured rules of mode iptables tell the frontends and endpoints that mode nftables has of the same Services. */
import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../backends/nftables/index.js";
import { backendInput } from "../pipeline/compile.js";
import { expectedNftTable } from "../render/nft-expected.js";
import { readCaptures } from "../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../source/source.js";
import { readRecordedText, recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { asNftables } from "./iptables-as-nftables.js";
import { selectTables } from "./iptables/select-tables.js";
import type { ExpectedNftTable } from "./nftables/expected.js";
import { endpointsOf, markOf } from "./nftables/tables-behind.js";
import { frontendsOf } from "./nftables/tables-in-front.js";

/** Without frontends that mode iptables refuses in table filter, and endpoints of the API server; a firewall leads to the external chain. */
function reachedIn(table: ExpectedNftTable) {
  const frontends = [...frontendsOf(table)].filter(({ chain }) => chain !== undefined && /^(?!reject)/.test(chain));
  const endpoints = [...endpointsOf(table)].filter(({ path }) => !path.startsWith("default/kubernetes/"));
  const named = ({ path, protocol }: { path: string; protocol: string }, text: string) => `${path} ${protocol} ${text}`;
  return {
    frontends: [
      ...new Set(frontends.map((one) => named(one, `${one.family} ${one.text} ${kindOf(one.chain)}`))),
    ].sort(),
    endpoints: [...new Set(endpoints.map((one) => named(one, `${one.address} ${one.port}`)))].sort(),
    mark: markOf(table),
  };
}

const kindOf = (chain = "") => chain.split("-")[0]!.replace("firewall", "external");

describe("the rules of iptables-save as a table of nftables", () => {
  for (const recorded of recordedCases()) {
    const text = readRecordedText(recorded.name, "iptables", "iptables-save", 36);
    if (text === undefined) continue;
    test(`reach what mode nftables reaches: ${recorded.name}`, () => {
      const cluster = recordedCluster(recorded.name);
      const situation = recordedSituation(recorded, cluster, "nftables", 36);
      const compiled = expectedNftTable(compileNftables(backendInput(cluster, situation)));
      const held = selectTables(readCaptures([sourceFromText("node.txt", text)]), situation.family).tables;
      expect(reachedIn(asNftables(held, situation.family))).toEqual(reachedIn(compiled));
    });
  }
});
