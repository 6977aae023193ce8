/** Node ports on loopback with gate KubeProxyNFTablesLocalhostNodePorts of 1.37: kube-proxy serves TCP itself where loopback is named. */
import { expect, test } from "@jest/globals";
import { impact } from "../api/impact.js";
import { sourceFromText } from "../source/source.js";

const object = (fields: object) => JSON.stringify(fields);
const endpoint = (address: string) => ({ addresses: [address], nodeName: "n1", conditions: { ready: true } });
const cluster = (addresses: readonly string[]) => [
  object({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { addresses: [{ type: "InternalIP", address: "192.168.0.11" }] },
  }),
  object({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: {
      type: "NodePort",
      clusterIP: "10.96.0.10",
      ports: [
        { name: "t", port: 80, protocol: "TCP", nodePort: 30080 },
        { name: "u", port: 53, protocol: "UDP", nodePort: 30053 },
      ],
    },
  }),
  object({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [
      { name: "t", port: 8080, protocol: "TCP" },
      { name: "u", port: 5353, protocol: "UDP" },
    ],
    endpoints: addresses.map(endpoint),
  }),
];
const state = (mode: string, nodePortAddresses: readonly string[], gate: boolean, addresses = ["10.244.1.5"]) => {
  const configuration = object({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode,
    clusterCIDR: "10.244.0.0/16",
    nodePortAddresses,
    featureGates: { KubeProxyNFTablesLocalhostNodePorts: gate },
  });
  return [sourceFromText("state.yaml", [configuration, ...cluster(addresses)].join("\n---\n"))];
};
type State = ReturnType<typeof state>;

/** What becomes of the two node ports on loopback. */
async function onLoopback(before: State, after: State): Promise<string[]> {
  const { report } = await impact(before, after, { kubeVersion: "1.37" });
  return report!.changes.flatMap(({ kind, frontends }) =>
    frontends.flatMap(({ role, number }) => (role === "loopback" ? `${kind} ${number}` : [])),
  );
}

const NAMED = ["localhost", "primary"];

test("TCP becomes reachable with the gate where loopback is named, and other protocols are refused", async () => {
  expect(await onLoopback(state("nftables", NAMED, false), state("nftables", NAMED, true))).toEqual([
    "exposed 30080",
    "refusal 30053",
  ]);
  expect(await onLoopback(state("nftables", [], false), state("nftables", [], true))).toEqual([
    "refusal 30080",
    "refusal 30053",
  ]);
});

test("moving there from iptables mode loses other protocols alone", async () => {
  expect(await onLoopback(state("iptables", [], false), state("nftables", NAMED, true))).toEqual(["lost 30053"]);
  expect(await onLoopback(state("iptables", [], false), state("nftables", NAMED, false))).toEqual([
    "lost 30080",
    "lost 30053",
  ]);
});

test("without endpoints nothing is reached", async () => {
  const before = state("nftables", NAMED, false, []);
  expect(await onLoopback(before, state("nftables", NAMED, true, []))).toEqual(["refusal 30053"]);
});
