import { describe, expect, test } from "@jest/globals";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import { parseKubeVersion } from "../config/kube-version.js";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../kube/types.js";
import { findPolicyFaults } from "./validate-policy.js";

const faults = (spec: NetworkPolicy["spec"], features = featuresOf(NEWEST_VERSION)) =>
  [
    ...findPolicyFaults(
      { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p" }, spec },
      features,
    ),
  ].map(({ path, message }) => `${path.slice(1).join(".")}: ${message}`);

const ofPort = (port: NetworkPolicyPort) => faults({ ingress: [{ ports: [port] }] });
const ofPeer = (peer: NetworkPolicyPeer) => faults({ egress: [{ to: [peer] }] });

describe("faults of a NetworkPolicy", () => {
  test.each<[NetworkPolicyPort, number]>([
    [{}, 0],
    [{ port: 80 }, 0],
    [{ port: 0 }, 1],
    [{ port: 65536 }, 1],
    [{ port: "http" }, 0],
    [{ port: "8080" }, 1],
    [{ port: "-a" }, 1],
    [{ port: "a--b" }, 1],
    [{ port: "abcdefghijklmnop" }, 1],
    [{ port: 80, endPort: 80 }, 0],
    [{ port: 80, endPort: 79 }, 1],
    [{ port: 80, endPort: 70000 }, 1],
    [{ endPort: 80 }, 1],
    [{ protocol: "ICMP" as "TCP" }, 1],
  ])("port %j: %d", (port, count) => expect(ofPort(port)).toHaveLength(count));

  test.each<[NetworkPolicyPeer, number]>([
    [{}, 1],
    [{ podSelector: {} }, 0],
    [{ ipBlock: { cidr: "10.0.0.0/8" } }, 0],
    [{ ipBlock: { cidr: "10.0.0.0" } }, 1],
    [{ ipBlock: { cidr: "10.1.0.0/8" } }, 1],
    [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] } }, 1],
    [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "x"] } }, 1],
    [{ ipBlock: { cidr: "10.0.0.0/8", except: ["fd00::/64"] } }, 1],
    [{ ipBlock: { cidr: "::ffff:10.0.0.0/8" } }, 1],
    [{ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }, 1],
  ])("peer %j: %d", (peer, count) => expect(ofPeer(peer)).toHaveLength(count));

  test("host bits were taken before 1.36", () => {
    expect(
      faults({ egress: [{ to: [{ ipBlock: { cidr: "10.1.0.0/8" } }] }] }, featuresOf(parseKubeVersion("1.35")!)),
    ).toEqual([]);
  });

  test("selectors and policy types, each with its path", () => {
    expect(
      faults({
        podSelector: {
          matchExpressions: [
            { key: "a", operator: "In" },
            { key: "b", operator: "Exists", values: ["x"] },
            { key: "c", operator: "Gt", values: ["1"] },
          ],
        },
        policyTypes: ["ingress"],
      }),
    ).toEqual([
      "podSelector.matchExpressions.0: operator In needs values",
      "podSelector.matchExpressions.1.values: operator Exists takes no values",
      'podSelector.matchExpressions.2.operator: operator "Gt" is not one of In, NotIn, Exists, DoesNotExist',
      'policyTypes.0: policy type "ingress" is not one of Ingress, Egress',
    ]);
  });
});
