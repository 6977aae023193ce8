// Makes the objects of bench/generate.mjs as different from each other as those of a real cluster: what kubectl apply and
// helm leave in annotations, one to four ports, label sets, orders of fields, conditions, zones, hints.

const PORTS = [
  { name: "http", port: 80, protocol: "TCP", targetPort: 8080 },
  { name: "metrics", port: 9090, protocol: "TCP", targetPort: "metrics" },
  { name: "grpc", port: 50051, protocol: "TCP", targetPort: 50051 },
  { name: "dns", port: 53, protocol: "UDP", targetPort: 5353 },
];
const SLICE_PORTS = [8080, 9090, 50051, 5353];
const LABELS = [
  { tier: "web" },
  { "app.kubernetes.io/version": "1.4.2", "app.kubernetes.io/component": "api", team: "payments" },
  {},
  { "helm.sh/chart": "common-2.3.1", env: "production" },
  { release: "stable", track: "canary", owner: "platform", "cost-center": "cc-1043" },
];
const portCount = (s) => 1 + (s % 4);

/** Service number `s`, as somebody's tool wrote it. */
export function varyService(service, s) {
  const { metadata, spec } = service;
  const [first] = spec.ports;
  const ports = PORTS.slice(0, portCount(s)).map((port, i) =>
    i === 0 ? first : s % 3 === 0 ? { appProtocol: "http", ...port } : port,
  );
  const annotations = {
    ...(s % 3 === 0 && {
      "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify({
        apiVersion: "v1",
        kind: "Service",
        metadata: { annotations: {}, name: metadata.name, namespace: metadata.namespace },
        spec: { ports, selector: spec.selector },
      })}\n`,
    }),
    ...(s % 4 === 1 && {
      "meta.helm.sh/release-name": `release-${s % 97}`,
      "meta.helm.sh/release-namespace": metadata.namespace,
    }),
    ...(s % 11 === 5 && { "prometheus.io/port": "9090", "prometheus.io/scrape": "true" }),
  };
  const helm = s % 4 === 1 ? { "app.kubernetes.io/managed-by": "Helm" } : {};
  const varied = {
    ...service,
    metadata: {
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...metadata,
      labels: sorted({ ...metadata.labels, ...helm, ...LABELS[s % 5] }),
    },
    spec: {
      ...spec,
      ports,
      ...(s % 7 === 3 && {
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
      }),
    },
  };
  return s % 10 === 9 ? reversed(varied) : varied;
}

/** The EndpointSlice of Service number `s`. */
export function varySlice(slice, s) {
  const hasHints = s % 6 === 0;
  const endpoints = slice.endpoints.map((endpoint, e) => {
    const n = s * 31 + e * 7;
    const conditions =
      n % 41 === 0
        ? { ready: false, serving: true, terminating: true }
        : n % 23 === 0
          ? { ready: false, serving: false, terminating: false }
          : s % 9 === 4
            ? { ready: true }
            : endpoint.conditions;
    const { zone, ...rest } = endpoint;
    return {
      ...rest,
      conditions,
      ...(hasHints && { hints: { forZones: [{ name: zone }] } }),
      ...(s % 13 !== 6 && { zone }),
    };
  });
  const ports = PORTS.slice(0, portCount(s)).map(({ name, protocol }, i) => ({ name, port: SLICE_PORTS[i], protocol }));
  const varied = { ...slice, endpoints: hasHints ? endpoints.map(sorted) : endpoints, ports };
  return s % 10 === 9 ? reversed(varied) : varied;
}

function sorted(fields) {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Fields in the opposite order, as a program with an order of its own writes them. */
function reversed(fields) {
  return Object.fromEntries(Object.entries(fields).toReversed());
}
