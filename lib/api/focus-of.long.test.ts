/** Questions about one Service of a large cluster have the answers that reading everything gives. */
import { beforeAll, describe, expect, test } from "@jest/globals";
import { focusOn } from "../readers/focus.js";
import { readObjects } from "../pipeline/load.js";
import { sourceFromText, type Source } from "../source/source.js";
import { compile } from "./compile.js";
import { dns, type DNSQuestion } from "./dns.js";
import { endpoints } from "./endpoints.js";
import { explain } from "./explain.js";
import { prepareCompile } from "./compile.js";
import { trace } from "./trace.js";

const COUNT = 600;

/** Services with ten endpoints each, those of the last hundred IPv6. */
function cluster(indent: number, each = 10): Source {
  const items = Array.from({ length: COUNT }, (_, s) => {
    const isIPv6 = s >= COUNT - 100;
    const family = isIPv6 ? "IPv6" : "IPv4";
    const address = (e: number) =>
      isIPv6 ? `fd00:1::${s.toString(16)}:${e + 1}` : `10.${1 + (s >> 8)}.${s & 255}.${e + 1}`;
    const clusterIP = isIPv6 ? `fd00::${s + 1}` : `10.96.${s >> 8}.${s & 255}`;
    const [name, namespace] = [`web-${s}`, `team-${s % 7}`];
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { clusterIP, clusterIPs: [clusterIP], ipFamilies: [family], ports: [{ port: 80, protocol: "TCP" }] },
    };
    const slice = {
      addressType: family,
      apiVersion: "discovery.k8s.io/v1",
      endpoints: Array.from({ length: each }, (_, e) => ({
        addresses: [address(e)],
        conditions: { ready: true },
        targetRef: { kind: "Pod", name: `${name}-${e}`, namespace },
      })),
      kind: "EndpointSlice",
      metadata: { name: `${name}-abc`, namespace, labels: { "kubernetes.io/service-name": name } },
      ports: [{ name: "", port: 8080, protocol: "TCP" }],
    };
    return [service, slice] as const;
  });
  const all = [...items.map(([service]) => service), ...items.map(([, slice]) => slice)];
  return sourceFromText("dump.json", JSON.stringify({ apiVersion: "v1", items: all, kind: "List" }, undefined, indent));
}

/** The names of slices that are kept. */
function slicesOf(source: Source, focus = focusOn("web-550")): string[] {
  return readObjects([source], { focus }).cluster.endpointSlices.map(({ metadata }) => metadata.name);
}

/** The cluster with another text in place of each of one. */
function edited(from: string, to: string): Source {
  const text = new TextDecoder().decode(cluster(0).read(0, 1 << 24));
  return sourceFromText("dump.json", text.replaceAll(from, to));
}

describe.each([0, 4])("a dump indented by %i", (indent) => {
  let source: Source;
  beforeAll(() => {
    source = cluster(indent);
  });

  test("is read without most slices", () => {
    const focus = focusOn("web-550");
    const names = slicesOf(source, focus);
    expect(names).toContain("web-550-abc");
    expect(names).toContain("web-0-abc");
    expect(names).not.toContain("web-549-abc");
    expect([...focus.skipped].sort()).toEqual(["IPv4", "IPv6"]);
  });

  test.each(["team-1/web-449", "team-4/web-550"])("gives %s the rules it has among all others'", async (service) => {
    const ipFamily = service.endsWith("550") ? ("ipv6" as const) : ("ipv4" as const);
    const whole = await compile([source], { service, ipFamily, focus: undefined });
    const focused = await compile([source], { service, ipFamily });
    expect(focused).toEqual(whole);
    expect(focused.text).toContain(`${service} cluster IP`);
  });

  test("explains a Service as if all were read, and says what is unknown", async () => {
    const { view } = await explain([source], { target: "team-4/web-550" });
    expect(view?.services[0]?.name).toBe("team-4/web-550");
    expect(JSON.stringify(view)).toContain("fd00:1::226:1");
    const unknown = await explain([source], { target: "team-4/web-9999" });
    expect(unknown.diagnostics.map(({ code }) => code)).toContain("unknown-target");
    const address = await explain([source], { target: "10.2.193.1:8080" });
    expect(address.view?.services[0]?.name).toBe("team-1/web-449");
  });

  test("lists the endpoints of one Service", () => {
    const rows = [...endpoints([source], { service: "team-1/web-449" }).rows];
    expect(rows.map(({ address }) => address)).toContain("10.2.193.1");
    expect(rows.length).toBe(10);
  });

  test.each<DNSQuestion>([
    { name: "web-449.team-1.svc.cluster.local" },
    { name: "10-2-193-1.web-449.team-1.svc.cluster.local", type: "A" },
    { name: "web-550", from: "team-4" },
    { name: "web-449.team-1", from: "default", library: "musl" },
    { name: "1.193.2.10.in-addr.arpa", type: "PTR" },
    { name: "alias", from: "team-3" },
    { name: "nobody.team-1.svc.cluster.local" },
  ])("answers a DNS question as if all were read: $name", (question) => {
    const alias = sourceFromText(
      "alias.yaml",
      `{apiVersion: v1, kind: Service, metadata: {name: alias, namespace: team-3},
        spec: {type: ExternalName, externalName: 10-2-193-1.web-449.team-1.svc.cluster.local}}`,
    );
    const sources = [alias, source];
    // The nameserver is a Service whose slices come last.
    const resolvConf = "nameserver 10.96.2.38\n";
    const focused = dns(sources, { about: question, resolvConf }).zone?.ask(question);
    expect(focused).toEqual(dns(sources, { resolvConf }).zone?.ask(question));
    expect(focused).toBeDefined();
  });
});

test("a zone made for one question answers all others, too", () => {
  const sources = [cluster(0)];
  const { zone } = dns(sources, { about: { name: "web-550.team-4.svc.cluster.local" } });
  expect([...zone!.records()]).toEqual([...dns(sources).zone!.records()]);
});

test("a name hidden behind escapes is found", () => {
  expect(slicesOf(edited('"web-550"', String.raw`"web-55\u0030"`))).toContain("web-550-abc");
});

test.each(["team-1/web-449:80", "10.96.1.193:80", "team-4/web-550:80", "team-4/web-9999:80", "10.2.193.1:8080"])(
  "a packet to %s goes where it goes when all slices are read, also on to another Service",
  async (to) => {
    // An endpoint of one Service is the cluster IP of another.
    const source = edited('"10.2.193.1"', '"10.96.1.192"');
    const text = new TextDecoder().decode(source.read(0, 1 << 24));
    const allRead = sourceFromText("dump.json", text.replaceAll('"EndpointSlice"', String.raw`"EndpointSlic\u0065"`));
    const { view, diagnostics } = await trace([source], { from: "outside", to });
    const whole = await trace([allRead], { from: "outside", to });
    expect(view).toEqual(whole.view);
    expect(diagnostics.map(({ code }) => code)).toEqual(whole.diagnostics.map(({ code }) => code));
  },
);

test.each([
  ["by an escape", String.raw`"kubernetes.io\/service-name":"web-549"`],
  ["by its text as a value", `"a":"b"},"annotations":{"note":"kubernetes.io/service-name"`],
  ["by standing twice", `"kubernetes.io/service-name":"web-550","kubernetes.io/service-name":"web-549"`],
  ["by blanks", `"kubernetes.io/service-name" :\n "web-550"`],
  ["as it is missing", `"other":"web-549"`],
])("a slice whose label is hidden %s is read", (_, label) => {
  expect(slicesOf(edited(`"kubernetes.io/service-name":"web-549"`, label))).toContain("web-549-abc");
});

test("a label inside another text does not count", () => {
  const label = `"kubernetes.io/service-name":"web-549"`;
  const quoted = edited(label, `"note":${JSON.stringify(label.replace("549", "550"))},${label}`);
  expect(slicesOf(quoted)).not.toContain("web-549-abc");
});

test("of a namespace all slices are read", () => {
  const focus = { ...focusOn(), namespace: "team-4" };
  const names = slicesOf(cluster(0), focus);
  expect(names).toContain("web-550-abc");
  expect(names).not.toContain("web-549-abc");
});

test('slices of the namespace "default" need not name it', () => {
  const source = edited(',"namespace":"team-4"', "");
  const { rows } = endpoints([source], { namespace: "default" });
  const whole = endpoints([source]);
  const own = [...whole.rows].filter(({ service }) => service.startsWith("default/"));
  expect(own.length).toBeGreaterThan(0);
  expect([...rows]).toEqual(own);
});

test("a bracket inside a slice that is passed over ends nothing", () => {
  const text = new TextDecoder().decode(cluster(0).read(0, 1 << 24));
  const odd = text.replaceAll('"kind":"EndpointSlice"', '"kind":"EndpointSlice","odd":[{},{"addressType":"]}"}]');
  expect(slicesOf(sourceFromText("dump.json", odd))).toEqual(slicesOf(sourceFromText("dump.json", text)));
});

test.each([
  [
    "a slice within a slice",
    `"odd":[{"a":1},{"addressType":"IPv4","apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice"}]`,
  ],
  [
    "one with metadata",
    `"odd":[{"metadata":{}},{"addressType":"IPv4","apiVersion":"discovery.k8s.io/v1","metadata":{}}]`,
  ],
  ["a list that begins with one", `"odd":[{"addressType":"IPv4","apiVersion":"discovery.k8s.io/v1","metadata":{}},{}]`],
])("%s ends nothing", (_, odd) => {
  const text = new TextDecoder().decode(cluster(0).read(0, 1 << 24));
  for (const before of ['"kind":"EndpointSlice"', '"ports":[{"name":""']) {
    const source = sourceFromText("dump.json", text.replaceAll(before, `${odd},${before}`));
    const { cluster: read, diagnostics } = readObjects([source], { focus: focusOn("web-550") });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(read.services).toHaveLength(COUNT);
    const names = read.endpointSlices.map(({ metadata }) => metadata.name);
    expect(names).toContain("web-550-abc");
    expect(names.filter((name) => !/^web-\d+-abc$/.test(name))).toEqual([]);
  }
});

test.each([0, 2])("an object of another kind among slices that are passed over is read (indented by %i)", (indent) => {
  const list = JSON.parse(new TextDecoder().decode(cluster(0).read(0, 1 << 24)));
  const service = (name: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "b" },
    spec: { clusterIP: "None" },
  });
  const items = list.items.flatMap((item: { kind: string }, i: number) =>
    item.kind === "EndpointSlice" && i % 3 === 0 ? [item, service(`other-${i}`)] : [item],
  );
  const count = items.filter(({ kind }: { kind: string }) => kind === "Service").length;
  const source = sourceFromText("dump.json", JSON.stringify({ ...list, items }, undefined, indent));
  const { cluster: read, diagnostics } = readObjects([source], { focus: focusOn("web-550") });
  expect(diagnostics).toEqual([]);
  expect(read.services).toHaveLength(count);
});

test("where the slices read do not tell that a cluster is large, all are read", () => {
  const source = cluster(0);
  const focus = focusOn("web-550");
  const { job } = prepareCompile([source], { service: "team-4/web-550", focus });
  expect(focus.skipped.has("IPv6")).toBe(true);
  expect(job?.cluster.endpointSlices.length).toBe(COUNT);
});

test.each([
  [
    "settings of kube-proxy",
    `{"apiVersion":"kubeproxy.config.k8s.io/v1alpha1","kind":"KubeProxyConfiguration","mode":"nftables"}`,
  ],
  ["an object without metadata", `{"apiVersion":"v1","kind":"ConfigMap"}`],
  ["a brace too many", `{}}`],
])("what stands between slices that are passed over is read: %s", (_, odd) => {
  const text = new TextDecoder().decode(cluster(0).read(0, 1 << 24));
  const at = text.indexOf('{"addressType"', text.indexOf('"web-470-abc"'));
  const source = sourceFromText("dump.json", `${text.slice(0, at)}${odd},${text.slice(at)}`);
  const whole = readObjects([source], {});
  const focused = readObjects([source], { focus: focusOn("web-550") });
  expect(focused.diagnostics).toEqual(whole.diagnostics);
  expect(focused.cluster.services).toEqual(whole.cluster.services);
});
