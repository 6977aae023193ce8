// Inputs that grow, each with the command that is asked about them. `size`: the smallest n.
// The same n gives the same bytes.

import { basename } from "node:path";

const ip = (base, n) => `10.${base + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
const meta = (name, labels, namespace = "shop") => ({ name, namespace, ...(labels && { labels }) });

const node = (n) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: `worker-${n}`, labels: { "topology.kubernetes.io/zone": `zone-${n % 3}` } },
  spec: { podCIDR: `10.${128 + n}.0.0/16` },
  status: { addresses: [{ type: "InternalIP", address: `192.168.0.${n + 1}` }] },
});
const nodes = Array.from({ length: 6 }, (_, n) => node(n));

const service = (n, selector = { app: `s${n}` }, spec = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta(`s${n}`),
  spec: { clusterIP: ip(96, n), selector, ports: [{ name: "http", port: 80, targetPort: 8080 }], ...spec },
});
const slice = (name, serviceName, count, first) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: meta(name, { "kubernetes.io/service-name": serviceName }),
  addressType: "IPv4",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  endpoints: Array.from({ length: count }, (_, i) => ({
    addresses: [ip(128, first + i)],
    conditions: { ready: true },
    nodeName: `worker-${(first + i) % 6}`,
  })),
});
const pod = (n, labels) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: meta(`p${n}`, labels),
  spec: { nodeName: `worker-${n % 6}`, containers: [{ name: "a", image: "a", ports: [{ containerPort: 8080 }] }] },
  status: {
    phase: "Running",
    podIP: ip(128, n),
    podIPs: [{ ip: ip(128, n) }],
    conditions: [{ type: "Ready", status: "True" }],
  },
});
const policy = (n) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: meta(`np${n}`),
  spec: {
    podSelector: { matchLabels: { app: `s${n % 50}` } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: `s${(n + 1) % 50}` } } }, { ipBlock: { cidr: "0.0.0.0/0" } }],
        ports: [{ port: 8080 }],
      },
    ],
  },
});

const list = (items) => JSON.stringify({ apiVersion: "v1", kind: "List", items: [...nodes, ...items] });
const many = (count, make) => Array.from({ length: count }, (_, n) => make(n));

/** n Services with three endpoints each, as slices and as pods. */
const slices = (n) => list([...many(n, (i) => service(i)), ...many(n, (i) => slice(`s${i}-x`, `s${i}`, 3, 3 * i))]);
const pods = (n) =>
  list([...many(n, (i) => service(i)), ...many(3 * n, (i) => pod(i, { app: `s${Math.floor(i / 3)}` }))]);
/** One Service with n endpoints in slices of 100. */
const endpoints = (n) =>
  list([service(0), ...many(Math.ceil(n / 100), (i) => slice(`s0-${i}`, "s0", Math.min(100, n - 100 * i), 100 * i))]);
/** One namespace with 4n pods and n selectors that each take a twentieth of them at the most. */
const overlapping = (n) =>
  list([
    ...many(n, (i) =>
      service(i, i % 10 === 0 ? { group: `g${i % (n / 10)}` } : { app: `s${i}`, group: `g${i % (n / 10)}` }),
    ),
    ...many(4 * n, (i) => pod(i, { app: `s${i % n}`, group: `g${i % (n / 10)}` })),
  ]);
const policies = (n) =>
  list([...many(50, (i) => service(i)), ...many(100, (i) => pod(i, { app: `s${i % 50}` })), ...many(n, policy)]);
const invalid = (n) => list(many(n, (i) => service(i, undefined, { ports: [{ port: 70000 }], type: "Odd" })));

const input =
  (make) =>
  (n, file, { write }) =>
    write(file("json"), make(n));
const JSON_OF =
  (...argv) =>
  (file) => [...argv, file("json"), "-q"];
const shape = (name, size, make, ...argv) => ({ name, size, prepare: input(make), args: JSON_OF(...argv) });

/** A capture of the same cluster, of which every line is as expected or none. */
const captured =
  (make, mode, change = (text) => text) =>
  (n, file, tools) => {
    tools.write(file("json"), make(n));
    const form = mode === "iptables" ? ["-o", "save"] : [];
    tools.write(
      file("txt"),
      change(tools.run(["compile", file("json"), "--mode", mode, "--node", "worker-0", "-q", ...form])),
    );
  };
const diff = (mode) => (file) => [
  "diff",
  file("txt"),
  "--manifests",
  file("json"),
  "--node",
  "worker-0",
  "--mode",
  mode,
  "-q",
];
const otherPorts = (text) => text.replace(/(--to-destination [\d.]+):\d+/g, "$1:9999");

const check = {
  name: "check",
  size: 1000,
  prepare(n, file, tools) {
    tools.write(file("json"), slices(n));
    tools.write(file("yaml"), `cases:\n  - name: slices-${n}\n    inputs: [${basename(file("json"))}]\n`);
    tools.run(["check", file("yaml"), "--update", "-q"]);
  },
  args: (file) => ["check", file("yaml"), "-q"],
};
const impact = {
  name: "impact of two states",
  size: 1000,
  prepare(n, file, tools) {
    tools.write(file("before.json"), slices(n));
    tools.write(file("after.json"), slices(n).replaceAll('"port":8080', '"port":8081'));
  },
  args: (file) => ["impact", file("before.json"), file("after.json"), "-q", "--exit-zero"],
};

const every = (what, size, make) => [
  shape(`compile ${what}`, size, make, "compile"),
  shape(`explain ${what}`, size, make, "explain", "shop/s0"),
  shape(`trace ${what}`, size, make, "trace", "--from", "10.128.0.1", "--to", `${ip(96, 0)}:80`),
  shape(`doctor ${what}`, size, make, "doctor"),
  shape(`endpoints ${what}`, size, make, "endpoints"),
  shape(`impact of a drain, ${what}`, size, make, "impact", "--drain", "worker-1", "--exit-zero"),
];

export const SHAPES = [
  ...every("slices", 1000, slices),
  ...every("pods", 500, pods),
  ...every("one Service's endpoints", 625, endpoints),
  ...every("overlapping selectors", 625, overlapping),
  ...every("NetworkPolicies", 1000, policies),
  shape("compile ipvs", 1000, slices, "compile", "--mode", "ipvs"),
  shape("compile nftables", 1000, slices, "compile", "--mode", "nftables"),
  shape("html", 1000, slices, "compile", "-o", "html"),
  shape("dns", 1000, slices, "dns"),
  shape("migrate", 500, slices, "migrate", "--from-mode", "iptables", "--to-mode", "nftables", "--exit-zero"),
  {
    ...shape("anonymize", 1000, slices),
    args: (file) => ["anonymize", file("json"), "--out", file("anonymous"), "-q"],
  },
  check,
  impact,
  ...["iptables", "ipvs"].map((mode) => ({
    name: `diff ${mode}, alike`,
    size: 1000,
    prepare: captured(slices, mode),
    args: diff(mode),
  })),
  {
    name: "diff iptables, every endpoint differs",
    size: 500,
    prepare: captured(slices, "iptables", otherPorts),
    args: diff("iptables"),
  },
  {
    name: "diff iptables, all of one Service's endpoints differ",
    size: 625,
    prepare: captured(endpoints, "iptables", otherPorts),
    args: diff("iptables"),
  },
  ...["compile", "doctor", "endpoints", "dns"].map((command) =>
    shape(`${command} of invalid objects`, 2000, invalid, command),
  ),
];
