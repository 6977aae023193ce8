import { describe, expect, test } from "@jest/globals";
import type { PodSpec, Service } from "../kube/types.js";
import { clusterOf } from "../testing/objects.js";
import { kubeadmDNSConfig } from "./dns-config.js";
import { resolvConfOf, type NodeDNS } from "./resolv-conf.js";
import { resolveName, searchSequence } from "./resolve-name.js";
import { buildZoneData } from "./zone-data.js";

const NODE: NodeDNS = {
  clusterDNS: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  nameservers: ["192.168.0.1"],
  searches: ["corp.example"],
  options: { timeout: "1" },
};

const service = (namespace: string, name: string, clusterIP: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { clusterIP, ports: [{ port: 80 }] },
});

const services = [
  service("shop", "web", "10.96.1.1"),
  service("prod", "web", "10.96.1.2"),
  service("prod", "api", "10.96.1.3"),
];

const data = (more: Service[] = [], dnsEndpoints = true) =>
  buildZoneData(clusterOf([...services, ...more]), kubeadmDNSConfig("cluster.local"), () =>
    dnsEndpoints ? undefined : [],
  );

const resolve = (typed: string, spec: PodSpec = {}, library: "glibc" | "musl" = "glibc") =>
  resolveName(data(), resolvConfOf(spec, "shop", NODE), typed, library);

const S = "svc.cluster.local.";

test("an alias that answers for both types of address is told once", () => {
  const alias: Service = {
    ...service("shop", "ext", ""),
    spec: { type: "ExternalName", externalName: "db.example.com" },
  };
  const { records } = resolveName(data([alias]), resolvConfOf({}, "shop", NODE), "ext", "glibc");
  expect(records).toMatchObject([{ data: { type: "CNAME" } }]);
});

describe("the search list from namespace shop, ndots 5", () => {
  test.each([
    ["web", [`web.shop.${S}`]],
    ["web.prod", [`web.prod.shop.${S}`, `web.prod.${S}`]],
    ["web.prod.svc", [`web.prod.svc.shop.${S}`, `web.prod.svc.${S}`, `web.prod.${S}`]],
    [
      "web.prod.svc.cluster.local",
      [
        `web.prod.svc.cluster.local.shop.${S}`,
        `web.prod.svc.cluster.local.${S}`,
        "web.prod.svc.cluster.local.cluster.local.",
        "web.prod.svc.cluster.local.corp.example.",
        `web.prod.${S}`,
      ],
    ],
    ["web.prod.svc.cluster.local.", [`web.prod.${S}`]],
  ])("%s", (typed, expected) => {
    const { steps, outcome } = resolve(typed);
    expect(steps.map(({ name }) => name)).toEqual(expected);
    expect(outcome).toBe("resolved");
  });

  test("a name with as many dots as ndots is asked literally first", () => {
    expect(resolve("_http._tcp.web.prod.svc.cluster.local").steps[0]!.name).toBe(`_http._tcp.web.prod.${S}`);
  });

  test("an outside name is searched four times and then asked upstream", () => {
    const { steps, outcome } = resolve("api.example.com");
    expect(steps.map(({ name }) => name)).toEqual([
      `api.example.com.shop.${S}`,
      `api.example.com.${S}`,
      "api.example.com.cluster.local.",
      "api.example.com.corp.example.",
      "api.example.com.",
    ]);
    expect(outcome).toBe("upstream");
  });

  test("musl never searches a name with as many dots as ndots", () => {
    const conf = resolvConfOf({ dnsConfig: { options: [{ name: "ndots", value: "1" }] } }, "shop", NODE);
    expect(searchSequence("web.prod", conf, "musl")).toEqual([{ name: "web.prod." }]);
    expect(searchSequence("web.prod", conf, "glibc")).toHaveLength(5);
  });

  test("musl ends at a name that exists without data, glibc goes on", () => {
    const spec: PodSpec = { dnsConfig: { searches: ["example.com"] } };
    expect(resolve("prod.svc", spec, "musl")).toMatchObject({ outcome: "no-data" });
    expect(resolve("prod.svc", spec, "glibc").steps.length).toBeGreaterThan(
      resolve("prod.svc", spec, "musl").steps.length,
    );
  });
});

describe("what ends a lookup", () => {
  test("a short name of another namespace says where the Service is", () => {
    const { outcome, summary } = resolve("api");
    expect(outcome).toBe("not-found");
    expect(summary).toContain('Service "api" is in namespace "prod"');
    expect(summary).toContain("api.prod");
  });

  test("a DNS Service without endpoints answers nobody", () => {
    const zone = data([service("kube-system", "kube-dns", "10.96.0.10")], false);
    expect(resolveName(zone, resolvConfOf({}, "shop", NODE), "web")).toMatchObject({ outcome: "no-server", steps: [] });
  });

  test("endpoints that the input does not tell are not taken as missing", () => {
    const zone = data([service("kube-system", "kube-dns", "10.96.0.10")], true);
    expect(resolveName(zone, resolvConfOf({}, "shop", NODE), "web").outcome).toBe("resolved");
  });

  test("an address is not looked up", () => expect(resolve("10.0.0.1").outcome).toBe("address"));

  test("a pod on the node's settings asks outside", () => {
    expect(resolve("web", { dnsPolicy: "Default" })).toMatchObject({ outcome: "upstream", conf: { from: "node" } });
  });
});

describe("resolv.conf by dnsPolicy", () => {
  const cluster = {
    nameservers: ["10.96.0.10"],
    searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "corp.example"],
    options: { ndots: "5" },
  };
  const node = { nameservers: ["192.168.0.1"], searches: ["corp.example"], options: { timeout: "1" } };
  test.each([
    [{}, cluster],
    [{ dnsPolicy: "ClusterFirst", hostNetwork: true }, node],
    [{ dnsPolicy: "ClusterFirstWithHostNet", hostNetwork: true }, cluster],
    [{ dnsPolicy: "Default" }, node],
    [
      { dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1"], searches: ["x.y"], options: [{ name: "edns0" }] } },
      { nameservers: ["1.1.1.1"], searches: ["x.y"], options: { edns0: "" } },
    ],
    [
      {
        dnsConfig: {
          nameservers: ["10.96.0.10", "1.1.1.1"],
          searches: ["cluster.local", "x.y"],
          options: [{ name: "ndots", value: "2" }],
        },
      },
      { nameservers: ["10.96.0.10", "1.1.1.1"], searches: [...cluster.searches, "x.y"], options: { ndots: "2" } },
    ],
  ] satisfies [PodSpec, object][])("%j", (spec, expected) =>
    expect(resolvConfOf(spec, "shop", NODE)).toMatchObject(expected),
  );

  test("a kubelet without clusterDNS falls back to the node's settings", () => {
    expect(resolvConfOf({}, "shop", { ...NODE, clusterDNS: [] })).toMatchObject({
      from: "node",
      notes: [expect.stringContaining("MissingClusterDNS")],
    });
  });

  test("limits cut from the end and say so", () => {
    const searches = Array.from({ length: 40 }, (_, i) => `d${i}.example`);
    const conf = resolvConfOf(
      { dnsConfig: { searches, nameservers: ["1.1.1.1", "1.1.1.2", "1.1.1.3"] } },
      "shop",
      NODE,
    );
    expect(conf.searches).toHaveLength(32);
    expect(conf.nameservers).toEqual(["10.96.0.10", "1.1.1.1", "1.1.1.2"]);
    expect(conf.notes).toHaveLength(2);
  });
});
