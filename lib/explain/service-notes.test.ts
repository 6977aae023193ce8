/** Notes on a service port say what its flows say. */
import { describe, expect, test } from "@jest/globals";
import { explain } from "../api/explain.js";
import type { ProxyMode } from "../config/proxy-config.js";
import { sourceFromText } from "../source/source.js";

type Place = "here" | "elsewhere" | "unready" | "terminating" | "none";
type Type = "ClusterIP" | "NodePort" | "LoadBalancer";

const node = (name: string, i: number) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "topology.kubernetes.io/zone": "a" } },
  spec: { podCIDR: `10.244.${i}.0/24` },
  status: { addresses: [{ type: "InternalIP", address: `192.168.0.${i}` }] },
});

function clusterOf(type: Type, place: Place, spec: object) {
  const conditions = {
    ready: place === "here" || place === "elsewhere",
    serving: place !== "unready",
    terminating: place === "terminating",
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      type,
      clusterIP: "10.96.0.10",
      ports: [{ port: 80, ...(type === "ClusterIP" ? {} : { nodePort: 30_080 }) }],
      ...spec,
    },
    ...(type === "LoadBalancer" && { status: { loadBalancer: { ingress: [{ ip: "203.0.113.10" }] } } }),
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ port: 8080 }],
    endpoints:
      place === "none"
        ? []
        : [{ addresses: ["10.244.9.9"], conditions, nodeName: place === "here" ? "node-1" : "node-2" }],
  };
  return [node("node-1", 1), node("node-2", 2), service, slice];
}

async function portOf(mode: ProxyMode, type: Type, place: Place, spec: object) {
  const list = { apiVersion: "v1", kind: "List", items: clusterOf(type, place, spec) };
  const options = { target: "shop/web", mode, node: "node-1", set: ["clusterCIDR=10.244.0.0/16"] };
  const { view } = await explain([sourceFromText("all.json", JSON.stringify(list))], options);
  const [port] = view!.services[0]!.ports;
  const outcome = (role: string, from: string) =>
    port!.frontends.find((frontend) => frontend.role === role)?.flows.find((flow) => flow.from.includes(from))
      ?.shares[0]?.outcome;
  return { text: port!.notes.join("\n"), outcome };
}

const TYPES: readonly Type[] = ["ClusterIP", "NodePort", "LoadBalancer"];
const PLACES: readonly Place[] = ["here", "elsewhere", "unready", "terminating", "none"];

describe.each<ProxyMode>(["iptables", "ipvs", "nftables"])("in mode %s", (mode) => {
  const cases = TYPES.flatMap((type) => PLACES.map((place) => ({ type, place })));
  test.each(cases)("of type $type with an endpoint $place", async ({ type, place }) => {
    for (const internalTrafficPolicy of ["Cluster", "Local"])
      for (const externalTrafficPolicy of type === "ClusterIP" ? [undefined] : ["Cluster", "Local"]) {
        const spec = { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution: "PreferClose" };
        const { text, outcome } = await portOf(mode, type, place, spec);
        const clusterIP = outcome("cluster IP", "a pod of this node");
        const isRefused = /(^|\n)(It has no endpoints|Its only endpoint is not ready|internal.*): clients are refused/;
        expect([text, isRefused.test(text)]).toEqual([text, clusterIP === "rejected"]);
        expect([text, text.includes("wait for an answer")]).toEqual([text, clusterIP === "dropped"]);
        const fallsBack = /internalTrafficPolicy is Local and no .* falls back/.test(text);
        if (fallsBack) expect(clusterIP).toMatch(/^10\.244\.9\.9/);
        const reachesBalancer = text.includes("never reach the load balancer");
        if (reachesBalancer) expect(outcome("load-balancer IP", "a pod of this node")).not.toBe("undisturbed");
        if (text.includes("dropped here")) expect(outcome("node port", "outside")).toBe("dropped");
        expect(text).not.toMatch(/all ready endpoints are used: no endpoint is ready/);
      }
  });
});
