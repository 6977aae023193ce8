import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../cluster/types.js";
import type { EndpointSlice, Namespace, Pod, Service } from "../kube/types.js";
import { answerLines } from "../render/dns-resolution.js";
import { recordDataText } from "../render/dns-zone.js";
import { clusterOf } from "../testing/objects.js";
import { allRecords } from "./all-records.js";
import { dnsConfigOfCorefile, findDNSConfig, kubeadmDNSConfig } from "./dns-config.js";
import { lookup } from "./lookup.js";
import type { DNSConfig } from "./types.js";
import { buildZoneData } from "./zone-data.js";

const service = (namespace: string, name: string, spec: Service["spec"]): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec,
});

const namespace = (name: string): Namespace => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

type EndpointText = [address: string, ready?: boolean, hostname?: string, pod?: string];

const slice = (
  of: string,
  ports: EndpointSlice["ports"],
  endpoints: EndpointText[],
  addressType: "IPv4" | "IPv6" = "IPv4",
): EndpointSlice => {
  const [ns, name] = of.split("/") as [string, string];
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-${addressType}`, namespace: ns, labels: { "kubernetes.io/service-name": name } },
    addressType,
    ports,
    endpoints: endpoints.map(([address, ready, hostname, pod]) => ({
      addresses: [address],
      conditions: ready === undefined ? {} : { ready },
      hostname,
      targetRef: pod === undefined ? undefined : { kind: "Pod", name: pod },
    })),
  };
};

const cluster = (parts: Partial<Cluster>): Cluster => ({ ...clusterOf([]), ...parts });

const SERVICES = [
  service("prod", "db", { clusterIP: "None", ports: [{ name: "pg", port: 5432 }] }),
  service("prod", "web", { clusterIP: "10.96.3.4", ports: [{ name: "http", port: 80, targetPort: 8080 }] }),
  service("prod", "empty", { clusterIP: "10.96.3.5", ports: [{ name: "http", port: 80 }] }),
  service("prod", "none-ready", { clusterIP: "None", ports: [{ port: 80 }] }),
  service("prod", "portless", { clusterIP: "None" }),
  service("prod", "dual", {
    clusterIP: "10.96.3.6",
    clusterIPs: ["10.96.3.6", "fd00:96::6"],
    ports: [{ name: "http", port: 80 }],
  }),
  service("prod", "alias-out", { type: "ExternalName", externalName: "db.Example.com" }),
  service("prod", "alias-in", { type: "ExternalName", externalName: "web.prod.svc.cluster.local" }),
  service("prod", "alias-nowhere", { type: "ExternalName", externalName: "nope.prod.svc.cluster.local." }),
  service("prod", "alias-ip", { type: "ExternalName", externalName: "1.2.3.4" }),
  service("prod", "alias-loop", { type: "ExternalName", externalName: "alias-loop.prod.svc.cluster.local" }),
  service("kube-system", "kube-dns", {
    clusterIP: "10.96.0.10",
    ports: [
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "dns-tcp", port: 53 },
      { name: "metrics", port: 9153 },
    ],
  }),
];

const SLICES = [
  slice(
    "prod/db",
    [{ name: "pg", port: 5432 }],
    [
      ["10.244.1.7", true, "db-0", "db-0"],
      ["10.244.2.7", true, "db-1"],
      ["10.244.3.7", false, "db-2"],
    ],
  ),
  slice("prod/web", [{ name: "http", port: 8080 }], [["10.244.1.5", undefined, undefined, "web-a"]]),
  slice("prod/none-ready", [{ port: 80 }], [["10.244.1.9", false]]),
  slice("prod/portless", null, [["10.244.1.8"]]),
];

const slicesOf = (s: Service) =>
  SLICES.filter(
    (x) =>
      x.metadata.labels!["kubernetes.io/service-name"] === s.metadata.name &&
      x.metadata.namespace === s.metadata.namespace,
  );

const zoneOf = (config: Partial<DNSConfig> = {}, parts: Partial<Cluster> = {}) =>
  buildZoneData(
    cluster({ services: SERVICES, namespaces: ["default", "prod", "kube-system"].map(namespace), ...parts }),
    { ...kubeadmDNSConfig("cluster.local"), ...config },
    slicesOf,
  );

/** "STATUS" or the records' data, several joined by a bar. */
const ask = (name: string, type = "A", config: Partial<DNSConfig> = {}, parts: Partial<Cluster> = {}): string => {
  const answer = lookup(zoneOf(config, parts), name, type);
  if (answer.answers.length === 0) return answer.status === "NOERROR" ? "no data" : answer.status;
  return answer.answers.map((r) => `${r.data.type} ${recordDataText(r.data)}`).join(" | ");
};

const P = "prod.svc.cluster.local";

describe("the examples of the DNS specification", () => {
  test.each([
    [`db.${P}.`, "A", "A 10.244.1.7 | A 10.244.2.7"],
    [`db-0.db.${P}.`, "A", "A 10.244.1.7"],
    [`db-2.db.${P}.`, "A", "NXDOMAIN"],
    [`10-244-1-7.db.${P}.`, "A", "NXDOMAIN"],
    [`_pg._tcp.db.${P}.`, "SRV", `SRV 0 50 5432 db-0.db.${P}. | SRV 0 50 5432 db-1.db.${P}.`],
    ["7.1.244.10.in-addr.arpa.", "PTR", `PTR db-0.db.${P}.`],
    [`web.${P}.`, "A", "A 10.96.3.4"],
    [`_http._tcp.web.${P}.`, "SRV", `SRV 0 100 80 web.${P}.`],
    [`_http._tcp.web.${P}.`, "A", "A 10.96.3.4"],
    [`http.tcp.web.${P}.`, "A", "A 10.96.3.4"],
    [`10-244-1-5.web.${P}.`, "A", "A 10.244.1.5"],
    ["4.3.96.10.in-addr.arpa.", "PTR", `PTR web.${P}.`],
    ["5.1.244.10.in-addr.arpa.", "PTR", `PTR 10-244-1-5.web.${P}.`],
    ["dns-version.cluster.local.", "TXT", 'TXT "1.1.0"'],
    ["ns.dns.cluster.local.", "A", "A 10.96.0.10"],
    ["cluster.local.", "SOA", "SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30"],
  ])("%s %s: %s", (name, type, expected) => expect(ask(name, type)).toBe(expected));
});

describe("negative answers", () => {
  test.each([
    ["nosuch.default.svc.cluster.local", "A", "NXDOMAIN"],
    ["web.nosuchns.svc.cluster.local", "A", "NXDOMAIN"],
    ["default.svc.cluster.local", "A", "no data"],
    ["nosuchns.svc.cluster.local", "A", "NXDOMAIN"],
    ["cluster.local", "A", "no data"],
    ["svc.cluster.local", "A", "no data"],
    ["prod.pod.cluster.local", "A", "no data"],
    [`web.${P}`, "AAAA", "no data"],
    [`empty.${P}`, "A", "A 10.96.3.5"],
    [`none-ready.${P}`, "A", "NXDOMAIN"],
    [`none-ready.${P}`, "SRV", "NXDOMAIN"],
    [`a.b.c.web.${P}`, "A", "NXDOMAIN"],
    ["web.default.svc.cluster.local.default.svc.cluster.local", "A", "NXDOMAIN"],
    [`_https._tcp.web.${P}`, "A", "NXDOMAIN"],
    [`_http._udp.web.${P}`, "SRV", "NXDOMAIN"],
    [`_tcp.web.${P}`, "SRV", "NXDOMAIN"],
    [`*.${P}`, "A", "NXDOMAIN"],
    [`web.${P}`, "MX", "no data"],
    [`nope.${P}`, "MX", "NXDOMAIN"],
    [`web.${P}`, "CNAME", "no data"],
    [`web.${P}`, "TXT", "no data"],
    ["dns-version.cluster.local", "A", "NXDOMAIN"],
    ["web.prod.cluster.local", "A", "NXDOMAIN"],
    ["1.1.168.192.in-addr.arpa", "PTR", "upstream"],
    ["example.com", "A", "upstream"],
    [`web.${P}`, "AXFR", "REFUSED"],
  ])("%s %s: %s", (name, type, expected) => expect(ask(name, type)).toBe(expected));

  test("a name error carries the SOA and a reason", () => {
    const answer = lookup(zoneOf(), `nope.${P}`, "A");
    expect(answer.authority.map((r) => r.data.type)).toEqual(["SOA"]);
    expect(answer.reason).toBe('there is no Service "nope" in namespace "prod"');
  });

  test("an unknown address is a name error when nothing falls through", () => {
    expect(ask("1.1.168.192.in-addr.arpa", "PTR", { fallthrough: undefined })).toBe("NXDOMAIN");
  });

  test("fallthrough without zones forwards names of the cluster domain too", () => {
    expect(ask(`nope.${P}`, "A", { fallthrough: [] })).toBe("upstream");
  });
});

describe("aliases", () => {
  test.each([
    [`alias-out.${P}`, "A", "CNAME db.example.com."],
    [`alias-out.${P}`, "CNAME", "CNAME db.example.com."],
    [`alias-in.${P}`, "A", `CNAME web.${P}. | A 10.96.3.4`],
    [`alias-in.${P}`, "AAAA", "no data"],
    [`alias-nowhere.${P}`, "A", "no data"],
    [`alias-nowhere.${P}`, "CNAME", `CNAME nope.${P}.`],
    [`alias-ip.${P}`, "A", "NXDOMAIN"],
    [`alias-loop.${P}`, "A", "no data"],
    [`alias-out.${P}`, "SRV", "no data"],
    [`_http._tcp.alias-out.${P}`, "SRV", "NXDOMAIN"],
    [`x.alias-out.${P}`, "A", "NXDOMAIN"],
  ])("%s %s: %s", (name, type, expected) => expect(ask(name, type)).toBe(expected));

  const aliasesOf = (names: readonly string[]) =>
    names
      .slice(1)
      .map((to, i) =>
        service("prod", names[i]!, { type: "ExternalName", externalName: `${to}.prod.svc.cluster.local` }),
      );
  const reasonOf = (...names: readonly string[]) =>
    lookup(zoneOf({}, { services: aliasesOf(names) }), `${names[0]}.${P}`, "A").reason;

  test("that lead back to one before are named once each", () => {
    const back = `Service prod/b is an alias for a.${P}., which leads back to it`;
    expect(reasonOf("a", "b", "a")).toBe(`Service prod/a is an alias for b.${P}., which has no A record: ${back}`);
  });

  test("that are too many lead nowhere, and not back", () => {
    const reason = reasonOf(..."abcdefghijklm");
    expect(reason).toContain(`Service prod/j is an alias, the last of 10 that are followed`);
    expect(reason).not.toContain("back");
  });
});

describe("reverse names", () => {
  test("have a PTR record only, which is said where another is asked for", () => {
    const answer = lookup(zoneOf(), "4.3.96.10.in-addr.arpa", "A");
    expect(answer.status).toBe("upstream");
    expect(answer.reason).toBe(
      "the name of 10.96.3.4 has a PTR record, and no other; the question falls through to the upstream resolver",
    );
  });
});

describe("an answer in words", () => {
  test("tells its status once", () => {
    const lineOf = (name: string) => answerLines(lookup(zoneOf(), name, "A"))[0];
    expect(lineOf(`nope.${P}`)).toBe(`nope.${P}. A: NXDOMAIN`);
    expect(lineOf("example.com")).toBe("example.com. A: upstream");
    expect(lineOf(`web.${P}`)).toBe(`web.${P}. A: NOERROR, 1 record`);
  });
});

describe("SRV", () => {
  test("the weight of a dual-stack Service is shared before repetitions go", () => {
    expect(ask(`_http._tcp.dual.${P}`, "SRV")).toBe(`SRV 0 50 80 dual.${P}.`);
  });

  test("without port labels there is one record for each port number", () => {
    const dns = "kube-dns.kube-system.svc.cluster.local.";
    expect(ask(dns, "SRV")).toBe(`SRV 0 33 53 ${dns} | SRV 0 33 9153 ${dns}`);
  });

  test("a slice without ports has addresses and no SRV", () => {
    expect(ask(`portless.${P}`, "A")).toBe("A 10.244.1.8");
    expect(ask(`portless.${P}`, "SRV")).toBe("no data");
  });

  test("the addresses of targets are additional records", () => {
    const { additional } = lookup(zoneOf(), `_pg._tcp.db.${P}`, "SRV");
    expect(additional.map((r) => `${r.name} ${recordDataText(r.data)}`)).toEqual([
      `db-0.db.${P}. 10.244.1.7`,
      `db-1.db.${P}. 10.244.2.7`,
    ]);
  });
});

describe("pod names", () => {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default" },
    spec: {},
    status: { podIP: "10.244.1.5" },
  };
  test.each([
    ["10-244-1-5.default.pod.cluster.local", "insecure", "A 10.244.1.5"],
    ["10-244-1-6.default.pod.cluster.local", "insecure", "A 10.244.1.6"],
    ["10-244-1-5.nosuch.pod.cluster.local", "insecure", "NXDOMAIN"],
    ["web.default.pod.cluster.local", "insecure", "NXDOMAIN"],
    ["10-244-1-5.default.pod.cluster.local", "disabled", "NXDOMAIN"],
    ["default.pod.cluster.local", "disabled", "NXDOMAIN"],
    ["10-244-1-5.default.pod.cluster.local", "verified", "A 10.244.1.5"],
    ["10-244-1-6.default.pod.cluster.local", "verified", "NXDOMAIN"],
  ] as const)("%s, pods %s: %s", (name, pods, expected) =>
    expect(ask(name, "A", { pods }, { pods: [pod] })).toBe(expected),
  );

  test("dashes spell IPv6 unless there are exactly three single ones", () => {
    expect(ask("fd00--5.default.pod.cluster.local", "AAAA")).toBe("AAAA fd00::5");
  });
});

describe("Corefile options", () => {
  test("kubeadm's Corefile", () => {
    const config = dnsConfigOfCorefile(`.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa { # the cluster
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    forward . /etc/resolv.conf { max_concurrent 1000 }
    cache 30
}`);
    expect(config).toEqual(kubeadmDNSConfig("cluster.local"));
  });

  test("defaults of the plugin, zones of the server block, snippets", () => {
    const config = dnsConfigOfCorefile(
      `(common) {\n errors\n forward . 8.8.8.8\n}\ndns://K8s.Example.:1053, 10.96.0.0/16 {\n import common\n kubernetes {\n  namespaces a b\n  ignore empty_service\n }\n}`,
    );
    expect(config).toMatchObject({
      domains: ["k8s.example"],
      reverseZones: ["96.10.in-addr.arpa"],
      ttlSeconds: 5,
      pods: "disabled",
      namespaces: ["a", "b"],
      ignoreEmptyServices: true,
      fallthrough: undefined,
      forwards: true,
    });
  });

  test("a namespace exists where an object is in it, although the input holds Namespace objects of others only", () => {
    const parts = { namespaces: [namespace("monitoring")] };
    expect(ask(`web.${P}`, "A", {}, parts)).toBe(ask(`web.${P}`));
    expect(ask(`web.monitoring.svc.cluster.local`, "A", {}, parts)).toBe("NXDOMAIN");
  });

  test("namespaces that are not exposed do not exist", () => {
    expect(ask(`web.${P}`, "A", { namespaces: ["default"] })).toBe("NXDOMAIN");
  });

  test("labels hide Services that lack them", () => {
    expect(ask(`web.${P}`, "A", { serviceLabels: "tier in (a, b)" })).toBe("NXDOMAIN");
  });

  test("ignore empty_service hides a ClusterIP Service without ready endpoints", () => {
    expect(ask(`empty.${P}`, "A", { ignoreEmptyServices: true })).toBe("NXDOMAIN");
    expect(ask(`web.${P}`, "A", { ignoreEmptyServices: true })).toBe("A 10.96.3.4");
  });

  test("endpoint_pod_names names endpoints after pods", () => {
    expect(ask(`web-a.web.${P}`, "A", { endpointPodNames: true })).toBe("A 10.244.1.5");
  });

  test.each([
    "networking:\n  dnsDomain: corp.test\n",
    "networking: {dnsDomain: corp.test}",
    '{"networking":{"dnsDomain":"corp.test"}}',
    "kind: InitConfiguration\n---\nnetworking: {dnsDomain: corp.test}\n",
    "networking:\n  dnsDomain: corp.test\n  podSubnet: {{ pod_subnet }}\n",
    "networking:\r\n  dnsDomain: 'corp.test'\r\napiServer: {\r\n",
  ])("the domain comes from kubeadm's ConfigMap when there is no Corefile: %j", (text) => {
    const data = { ClusterConfiguration: text };
    const config = findDNSConfig(
      cluster({
        configMaps: [
          { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kubeadm-config", namespace: "kube-system" }, data },
        ],
      }),
    );
    expect(config.domains).toEqual(["corp.test"]);
  });

  test("broken text neither hangs nor throws", () => {
    for (const text of ["", "{{{{", "}}}}", ".:53 {", "\u0000 {\n kubernetes", "import a\n(a) {\n import a\n}"])
      expect(() => dnsConfigOfCorefile(text)).not.toThrow();
  });
});

test("every listed record is an answer to its own question", () => {
  const data = zoneOf();
  const records = [...allRecords(data)];
  expect(records.length).toBeGreaterThan(20);
  for (const record of records) expect(lookup(data, record.name, record.data.type).answers).toContainEqual(record);
});
