import { expect, test } from "@jest/globals";
import { clusterOf } from "../testing/objects.js";
import { rulesetOfSave } from "../testing/traced-node.js";
import { portsAt } from "./ports-at.js";
import { indexRules } from "./rule-index.js";

const SAVE = `*nat
:KUBE-SERVICES - [0:0]
-A KUBE-SERVICES -d 10.96.5.6/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j ACCEPT
-A KUBE-SERVICES -d 10.96.5.6/32 -p udp -m comment --comment "shop/web:dns cluster IP" -m udp --dport 53 -j ACCEPT
-A KUBE-SERVICES -d 10.96.5.7/32 -p tcp -m comment --comment "shop/api cluster IP" -m tcp --dport 8080 -j ACCEPT
COMMIT
`;
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { clusterIP: "10.96.5.6", ports: [{ port: 443, name: "https" }] },
};

test("the ports at an address come from rules and from Services", () => {
  const node = { iptables: [rulesetOfSave(SAVE, "IPv4")], facts: { localAddresses: [] } };
  const index = indexRules(node);
  expect(portsAt("10.96.5.6", clusterOf([]), index, node)).toEqual(["53/UDP", "80/TCP"]);
  expect(portsAt("10.96.5.6", clusterOf([service]), index, node)).toEqual(["53/UDP", "80/TCP", "443/TCP"]);
  expect(portsAt("10.96.5.8", clusterOf([service]), index, node)).toEqual([]);
});
