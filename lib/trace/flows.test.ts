/** What recorded rule sets mean, packet by packet, worked out by hand. */
import { describe, expect, test } from "@jest/globals";
import { backendInput } from "../pipeline/compile.js";
import { checkFlows } from "../testing/packet-flows.js";
import { readRecordedText, recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { compiledNode, rulesetOfSave } from "../testing/traced-node.js";
import type { NodeFacts, TracedNode } from "./index.js";

/** The node of a case as it was recorded on a kernel. */
function savedNode(name: string, facts: Partial<NodeFacts> = {}): TracedNode {
  const recorded = recordedCases().find((c) => c.name === name)!;
  return {
    iptables: [rulesetOfSave(readRecordedText(name, "iptables", "iptables-save", 36)!, recorded.family)],
    facts: { localAddresses: ["192.168.0.11"], ...facts },
  };
}

function nodeOf(name: string, mode: "nftables" | "ipvs", minor = 36, facts: Partial<NodeFacts> = {}): TracedNode {
  const recorded = recordedCases().find((c) => c.name === name)!;
  const cluster = recordedCluster(name);
  return compiledNode(backendInput(cluster, recordedSituation(recorded, cluster, mode, minor)), mode, facts);
}

const flows = {
  "clusterip-one-endpoint": `
    pod 10.244.1.9 > tcp 10.96.0.10:80      = 10.244.1.2:8080
    pod 10.244.1.2 > tcp 10.96.0.10:80      = 10.244.1.2:8080 masqueraded
    node 192.168.0.11 > tcp 10.96.0.10:80   = 10.244.1.2:8080 masqueraded
    outside 198.51.100.9 > tcp 10.96.0.10:80 = 10.244.1.2:8080 masqueraded
    pod 10.244.1.9 > udp 10.96.0.10:80      = undisturbed
    pod 10.244.1.9 > tcp 10.244.1.2:8080    = undisturbed
    outside 198.51.100.9 > tcp 192.168.0.11:22 = undisturbed`,
  "loadbalancer-local": `
    pod 10.244.1.9 > tcp 10.96.0.61:80         = 10.244.1.2:8080 10.244.1.3:8080 10.244.2.2:8080 10.244.3.2:8080
    node 192.168.0.11 > tcp 10.96.0.61:80      = 10.244.1.2:8080 10.244.1.3:8080 10.244.2.2:8080 10.244.3.2:8080 masqueraded
    outside 198.51.100.9 > tcp 203.0.113.22:80 = 10.244.1.2:8080 10.244.1.3:8080
    pod 10.244.1.9 > tcp 203.0.113.22:80       = 10.244.1.2:8080 10.244.1.3:8080 10.244.2.2:8080 10.244.3.2:8080
    node 192.168.0.11 > tcp 203.0.113.22:80    = 10.244.1.2:8080 10.244.1.3:8080 10.244.2.2:8080 10.244.3.2:8080 masqueraded
    outside 198.51.100.9 > tcp 192.168.0.11:30062 = 10.244.1.2:8080 10.244.1.3:8080
    outside 198.51.100.9 > tcp 192.168.0.11:31234 = undisturbed`,
};

describe("rules that iptables-save recorded", () => {
  test("of a service with one endpoint masquerade hairpins and what comes from outside the pods", () => {
    checkFlows(savedNode("clusterip-one-endpoint"), flows["clusterip-one-endpoint"]);
  });

  test("of external policy Local keep the client's address and stay on the node, save for pods and the node", () => {
    checkFlows(savedNode("loadbalancer-local"), flows["loadbalancer-local"]);
  });

  test("of services without endpoints refuse at once, save what the node itself sends to external addresses", () => {
    checkFlows(
      savedNode("no-endpoints"),
      `
      pod 10.244.1.9 > tcp 10.96.0.30:80          = rejected
      node 192.168.0.11 > tcp 10.96.0.30:80       = rejected
      outside 198.51.100.9 > tcp 203.0.113.9:80   = rejected
      outside 198.51.100.9 > tcp 203.0.113.11:80  = rejected
      outside 198.51.100.9 > tcp 192.168.0.11:30031 = rejected
      node 192.168.0.11 > tcp 192.168.0.11:30031  = rejected
      node 192.168.0.11 > tcp 203.0.113.9:80      = undisturbed
      outside 198.51.100.9 > tcp 192.168.0.11:31000 = undisturbed`,
    );
  });

  test("of source ranges drop strangers at the load balancer's address only", () => {
    checkFlows(
      savedNode("loadbalancer-source-ranges"),
      `
      outside 198.51.100.9 > tcp 203.0.113.23:80  = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      outside 198.51.101.9 > tcp 203.0.113.23:80  = dropped
      pod 10.244.1.9 > tcp 203.0.113.23:80        = dropped
      node 192.168.0.11 > tcp 203.0.113.23:80     = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      outside 198.51.101.9 > tcp 203.0.113.24:80  = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      outside 198.51.101.9 > tcp 192.168.0.11:30063 = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      pod 10.244.1.9 > tcp 10.96.0.62:80          = 10.244.1.2:8080 10.244.2.2:8080`,
    );
  });

  test("of internal policy Local drop where the node has no endpoint", () => {
    checkFlows(
      savedNode("internal-local"),
      `
      pod 10.244.1.9 > tcp 10.96.0.53:80 = 10.244.1.2:8080 10.244.1.3:8080
      pod 10.244.1.9 > tcp 10.96.0.54:80 = dropped`,
    );
  });

  test("of session affinity send a remembered client to its endpoint and remember a new one", () => {
    const fresh = `pod 10.244.1.9 > tcp 10.96.0.71:80 = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080`;
    checkFlows(savedNode("session-affinity"), fresh);
    const affinity = new Map([["KUBE-SEP-DSD7723ACWGFPAPW", ["10.244.1.9"]]]);
    checkFlows(
      savedNode("session-affinity", { affinity }),
      `
      pod 10.244.1.9 > tcp 10.96.0.71:80 = 10.244.2.2:8080
      pod 10.244.1.8 > tcp 10.96.0.71:80 = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080
      pod 10.244.1.9 > tcp 10.96.0.70:80 = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080`,
    );
  });

  test("of node ports reach every address of the node, loopback too", () => {
    checkFlows(
      savedNode("nodeport", { localAddresses: ["192.168.0.11", "172.17.0.1"] }),
      `
      outside 198.51.100.9 > tcp 172.17.0.1:30080 = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080 masqueraded
      node 127.0.0.1 > tcp 127.0.0.1:30080        = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080 masqueraded
      outside 198.51.100.9 > tcp 192.168.0.99:30080 = undisturbed`,
    );
  });

  test("guard the loopback network from what was not translated to it", () => {
    checkFlows(savedNode("nodeport"), `outside 198.51.100.9 > tcp 127.0.0.1:22 = dropped`);
  });

  test("of local detection by bridge ask for the input interface", () => {
    checkFlows(
      savedNode("detect-local-bridge"),
      `
      pod 10.244.1.9 on cni0 > tcp 10.96.0.83:80 = 10.244.1.2:8080 10.244.2.2:8080
      pod 10.244.1.9 on eth0 > tcp 10.96.0.83:80 = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      node 192.168.0.11 > tcp 10.96.0.83:80      = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      pod 10.244.1.9 > tcp 10.96.0.83:80         = unknown: by which interface it came in is not known, and a rule asks for cni0`,
    );
  });
});

describe("rules compiled for nftables mode", () => {
  test.each([31, 33, 36])("of 1.%d mean the same for cluster IPs and external policy Local", (minor) => {
    checkFlows(nodeOf("loadbalancer-local", "nftables", minor), flows["loadbalancer-local"]);
    const rejecting = flows["clusterip-one-endpoint"].replace(
      "udp 10.96.0.10:80      = undisturbed",
      "udp 10.96.0.10:80 = rejected",
    );
    checkFlows(nodeOf("clusterip-one-endpoint", "nftables", minor), rejecting);
  });

  test("reject ports of a cluster IP that are no service ports, and node ports of loopback do not exist", () => {
    checkFlows(
      nodeOf("nodeport", "nftables"),
      `
      pod 10.244.1.9 > tcp 10.96.0.50:81          = rejected
      node 127.0.0.1 > tcp 127.0.0.1:30080        = undisturbed
      outside 198.51.100.9 > tcp 192.168.0.11:30080 = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080 masqueraded`,
    );
  });

  test("remember affinity in sets", () => {
    const affinity = new Map([["affinity-AZBOFBUG-default/short/tcp/__10.244.3.2/8080", ["10.244.1.9"]]]);
    checkFlows(
      nodeOf("session-affinity", "nftables", 36, { affinity }),
      `
      pod 10.244.1.9 > tcp 10.96.0.71:80 = 10.244.3.2:8080
      pod 10.244.1.8 > tcp 10.96.0.71:80 = 10.244.1.2:8080 10.244.2.2:8080 10.244.3.2:8080`,
    );
  });
});

describe("rules compiled for ipvs mode", () => {
  test("mean the same for cluster IPs", () => {
    checkFlows(
      nodeOf("clusterip-one-endpoint", "ipvs"),
      flows["clusterip-one-endpoint"].replace("udp 10.96.0.10:80      = undisturbed", "udp 10.96.0.10:80 = rejected"),
    );
  });

  test("keep the client's address under external policy Local", () => {
    checkFlows(
      nodeOf("loadbalancer-local", "ipvs"),
      `
      pod 10.244.1.9 > tcp 10.96.0.61:80         = 10.244.1.2:8080 10.244.1.3:8080 10.244.2.2:8080 10.244.3.2:8080
      outside 198.51.100.9 > tcp 203.0.113.22:80 = 10.244.1.2:8080 10.244.1.3:8080
      outside 198.51.100.9 > tcp 192.168.0.11:30062 = 10.244.1.2:8080 10.244.1.3:8080`,
    );
  });

  test("refuse clients of virtual servers without real servers", () => {
    checkFlows(nodeOf("no-endpoints", "ipvs"), `pod 10.244.1.9 > tcp 10.96.0.30:80 = rejected`);
  });

  test("drop strangers at a load balancer's address with source ranges", () => {
    checkFlows(
      nodeOf("loadbalancer-source-ranges", "ipvs"),
      `
      outside 198.51.100.9 > tcp 203.0.113.23:80 = 10.244.1.2:8080 10.244.2.2:8080 masqueraded
      outside 198.51.101.9 > tcp 203.0.113.23:80 = dropped`,
    );
  });
});

test("a failure shows the rules hit", () => {
  expect(() => checkFlows(savedNode("nodeport"), `pod 10.244.1.9 > tcp 10.96.0.50:80 = dropped`)).toThrow(
    /KUBE-SERVICES/,
  );
});
