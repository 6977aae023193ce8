import { expect, test } from "@jest/globals";
import { compileNftables } from "../backends/nftables/index.js";
import { backendInput } from "../pipeline/compile.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { rulesetOfSave } from "../testing/traced-node.js";
import { findCapturedService, nearestCapturedService } from "./captured-service.js";
import { indexRules } from "./rule-index.js";

const facts = { localAddresses: [] };
const SAVE = `*nat
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
:KUBE-EXT-AAAAAAAAAAAAAAAA - [0:0]
-A KUBE-SERVICES -d 10.96.5.6/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-EXT-AAAAAAAAAAAAAAAA
-A KUBE-SERVICES -d 10.96.5.7/32 -p tcp -m comment --comment "shop/web2 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
COMMIT
`;

test("the rules and chains of a Service are found by the comments", () => {
  const index = indexRules({ iptables: [rulesetOfSave(SAVE, "IPv4")], facts });
  const found = findCapturedService("shop/web", index);
  expect(found?.chains).toEqual(["KUBE-EXT-AAAAAAAAAAAAAAAA", "KUBE-SVC-AAAAAAAAAAAAAAAA"]);
  expect(found?.dispatch.map(({ chain, position }) => `${chain} ${position}`)).toEqual([
    "KUBE-SERVICES 1",
    "KUBE-NODEPORTS 1",
  ]);
  expect(findCapturedService("shop/web2", index)?.chains).toEqual([]);
  expect(findCapturedService("shop/we", index)).toBeUndefined();
  expect(nearestCapturedService("shop/wbe", index)).toBe("shop/web");
});

test("in nftables mode by the names of chains", () => {
  const recorded = recordedCases().find(({ name }) => name === "clusterip-one-endpoint")!;
  const cluster = recordedCluster(recorded.name);
  const table = compileNftables(backendInput(cluster, recordedSituation(recorded, cluster, "nftables", 36)));
  const index = indexRules({ nftables: [{ kind: "nftables", tables: [table] }], facts });
  const { metadata } = cluster.services.find(({ spec }) => spec.clusterIP !== "None")!;
  const found = findCapturedService(`${metadata.namespace ?? "default"}/${metadata.name}`, index);
  expect(found?.chains.length).toBeGreaterThan(0);
  expect(found?.chains.every((chain) => chain.includes(`/${metadata.name}/`))).toBe(true);
});
