#!/usr/bin/env node
// Writes a cluster as one List, as `kubectl get nodes,services,endpointslices -A -o json` would.
//   node bench/generate.mjs [--services 10000] [--endpoints 15] [--pods] [--varied] [--indent N] [--yaml] [--nodes 100] [--output list.json]
// --varied: objects that differ as those of a real cluster do (bench/vary.mjs), and not only in their values.
// --pods: Pods instead of EndpointSlices (services x endpoints of them). --compact is the default, --indent 4 is kubectl's
// form, --yaml the form of -o yaml. The same options give the same bytes.
import { openSync, writeSync } from "node:fs";
import { varyService, varySlice } from "./vary.mjs";

const options = {
  services: 10000,
  endpoints: 15,
  nodes: 100,
  indent: 0,
  pods: false,
  varied: false,
  yaml: false,
  output: "",
};
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, "");
  if (name === "pods" || name === "yaml" || name === "varied") options[name] = true;
  else if (name === "compact") options.indent = 0;
  else if (name === "output") options.output = process.argv[++i];
  else if (Object.hasOwn(options, name)) options[name] = Number(process.argv[++i]);
  else throw new Error(`unknown option --${name}`);
}

const uid = (kind, n) => `${kind.toString(16).padStart(8, "0")}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
const nodeName = (n) => `worker-${String(n % options.nodes).padStart(4, "0")}`;
const zone = (n) => `zone-${"abc"[(n % options.nodes) % 3]}`;
const namespaceOf = (s) => `team-${String(Math.floor(s / 100)).padStart(3, "0")}`;
const serviceName = (s) => `service-${String(s).padStart(5, "0")}`;
const podName = (s, e) => `${serviceName(s)}-7d9c6b5f48-${(s * 31 + e).toString(36).padStart(5, "x")}`;
const created = "2026-01-01T00:00:00Z";

function node(n) {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      creationTimestamp: created,
      labels: { "kubernetes.io/hostname": nodeName(n), "topology.kubernetes.io/zone": zone(n) },
      name: nodeName(n),
      resourceVersion: String(1000 + n),
      uid: uid(1, n),
    },
    spec: { podCIDR: `10.${128 + (n >> 8)}.${n & 255}.0/24`, podCIDRs: [`10.${128 + (n >> 8)}.${n & 255}.0/24`] },
    status: {
      addresses: [
        { address: `192.168.${n >> 8}.${n & 255}`, type: "InternalIP" },
        { address: nodeName(n), type: "Hostname" },
      ],
      allocatable: { cpu: "7910m", memory: "31318964Ki", pods: "110" },
      conditions: [{ status: "True", type: "Ready" }],
      nodeInfo: { kubeProxyVersion: "v1.36.0", kubeletVersion: "v1.36.0" },
    },
  };
}

function service(s) {
  const clusterIP = `10.${96 + (s >> 16)}.${(s >> 8) & 255}.${s & 255}`;
  const isNodePort = s % 20 === 0 && s / 20 < 2768;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      creationTimestamp: created,
      labels: { "app.kubernetes.io/name": serviceName(s), "app.kubernetes.io/part-of": namespaceOf(s) },
      name: serviceName(s),
      namespace: namespaceOf(s),
      resourceVersion: String(100000 + s),
      uid: uid(2, s),
    },
    spec: {
      clusterIP,
      clusterIPs: [clusterIP],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [
        { name: "http", ...(isNodePort && { nodePort: 30000 + s / 20 }), port: 80, protocol: "TCP", targetPort: 8080 },
      ],
      selector: { "app.kubernetes.io/name": serviceName(s) },
      sessionAffinity: "None",
      type: isNodePort ? "NodePort" : "ClusterIP",
    },
    status: { loadBalancer: {} },
  };
}

function podIP(s, e) {
  const n = s * options.endpoints + e;
  return `10.${128 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
}

function slice(s) {
  const endpoints = [];
  for (let e = 0; e < options.endpoints; e++)
    endpoints.push({
      addresses: [podIP(s, e)],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: nodeName(s + e * 7),
      targetRef: {
        kind: "Pod",
        name: podName(s, e),
        namespace: namespaceOf(s),
        uid: uid(3, s * options.endpoints + e),
      },
      zone: zone(s + e * 7),
    });
  return {
    addressType: "IPv4",
    apiVersion: "discovery.k8s.io/v1",
    endpoints,
    kind: "EndpointSlice",
    metadata: {
      creationTimestamp: created,
      generateName: `${serviceName(s)}-`,
      generation: 3,
      labels: {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": serviceName(s),
      },
      name: `${serviceName(s)}-abcde`,
      namespace: namespaceOf(s),
      ownerReferences: [
        {
          apiVersion: "v1",
          blockOwnerDeletion: true,
          controller: true,
          kind: "Service",
          name: serviceName(s),
          uid: uid(2, s),
        },
      ],
      resourceVersion: String(200000 + s),
      uid: uid(4, s),
    },
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  };
}

function pod(s, e) {
  const ip = podIP(s, e);
  const n = s * options.endpoints + e;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      creationTimestamp: created,
      generateName: `${serviceName(s)}-7d9c6b5f48-`,
      labels: { "app.kubernetes.io/name": serviceName(s), "pod-template-hash": "7d9c6b5f48" },
      name: podName(s, e),
      namespace: namespaceOf(s),
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          blockOwnerDeletion: true,
          controller: true,
          kind: "ReplicaSet",
          name: `${serviceName(s)}-7d9c6b5f48`,
          uid: uid(5, s),
        },
      ],
      resourceVersion: String(300000 + n),
      uid: uid(3, n),
    },
    spec: {
      containers: [
        {
          image: `registry.example.com/${serviceName(s)}:1.0.${s % 10}`,
          imagePullPolicy: "IfNotPresent",
          name: "app",
          ports: [{ containerPort: 8080, name: "http", protocol: "TCP" }],
          resources: { limits: { memory: "256Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
        },
      ],
      nodeName: nodeName(s + e * 7),
      restartPolicy: "Always",
      serviceAccountName: "default",
    },
    status: {
      conditions: [
        { lastProbeTime: null, lastTransitionTime: created, status: "True", type: "Ready" },
        { lastProbeTime: null, lastTransitionTime: created, status: "True", type: "ContainersReady" },
      ],
      containerStatuses: [{ name: "app", ready: true, restartCount: 0, state: { running: { startedAt: created } } }],
      hostIP: "192.168.0.1",
      phase: "Running",
      podIP: ip,
      podIPs: [{ ip }],
    },
  };
}

function* items() {
  for (let n = 0; n < options.nodes; n++) yield node(n);
  for (let s = 0; s < options.services; s++) yield options.varied ? varyService(service(s), s) : service(s);
  for (let s = 0; s < options.services; s++) {
    if (!options.pods) yield options.varied ? varySlice(slice(s), s) : slice(s);
    else for (let e = 0; e < options.endpoints; e++) yield pod(s, e);
  }
}

/** The form of kubectl's YAML printer: keys in the order given, lists not indented. */
function yaml(value, indent, isItem = false) {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return " []\n";
    return `\n${value.map((v) => `${pad}- ${typeof v === "object" && v !== null ? yaml(v, indent + 2, true) : scalar(v) + "\n"}`).join("")}`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return isItem ? "{}\n" : " {}\n";
  const lines = entries.map(([k, v]) => {
    if (typeof v !== "object" || v === null) return `${pad}${k}: ${scalar(v)}\n`;
    return `${pad}${k}:${yaml(v, Array.isArray(v) ? indent : indent + 2)}`;
  });
  const text = lines.join("");
  return isItem ? text.slice(indent) : `\n${text}`;
}

const scalar = (v) =>
  typeof v === "string" &&
  (v === "" || /^[\d~-]|^(?:true|false|null|yes|no|on|off|y|n)$|: |^[{[&*!|>'"%@`]/i.test(v)) &&
  !/^\d+\.\d+\.\d+/.test(v)
    ? JSON.stringify(v)
    : String(v);

const fd = options.output === "" ? 1 : openSync(options.output, "w");
let pending = "";
function write(text, last = false) {
  pending += text;
  if (pending.length < 1 << 20 && !last) return;
  const bytes = Buffer.from(pending);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
  pending = "";
}

if (options.yaml) {
  write("apiVersion: v1\nitems:\n");
  for (const item of items()) write(`- ${yaml(item, 2, true)}`);
  write('kind: List\nmetadata:\n  resourceVersion: ""\n', true);
} else {
  const { indent } = options;
  const [newline, pad] = indent > 0 ? ["\n", " ".repeat(indent)] : ["", ""];
  const colon = indent > 0 ? ": " : ":";
  write(`{${newline}${pad}"apiVersion"${colon}"v1",${newline}${pad}"items"${colon}[`);
  let first = true;
  for (const item of items()) {
    const text = JSON.stringify(item, undefined, indent);
    write(`${first ? "" : ","}${newline}${indent > 0 ? text.replace(/^/gm, pad + pad) : text}`);
    first = false;
  }
  write(
    `${newline}${pad}],${newline}${pad}"kind"${colon}"List",${newline}${pad}"metadata"${colon}{"resourceVersion"${colon}""}${newline}}\n`,
    true,
  );
}
