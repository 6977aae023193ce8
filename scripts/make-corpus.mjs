// Writes fixtures/corpus: manifests in the shape of well-known applications, one file each, as the tools that make them
// write YAML. The texts are our own; names, labels and ports are what each operator or chart documents.
//   node scripts/make-corpus.mjs
// The same bytes every time. fixtures/corpus/expected.json is what svcrules is to say of each; it is kept by hand.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dump } from "js-yaml";

const root = new URL("../fixtures/corpus/manifests/", import.meta.url).pathname;

const meta = (name, labels, more = {}) => ({ name, ...(labels && { labels }), ...more });
const service = (name, selector, ports, more = {}, metadata = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta(name, undefined, metadata),
  spec: { ...more, ...(selector && { selector }), ports },
});
const port = (name, number, targetPort, more = {}) => ({
  name,
  port: number,
  ...(targetPort && { targetPort }),
  ...more,
});
const container = (name, image, ports, probePort) => ({
  name,
  image,
  ports,
  ...(probePort && { readinessProbe: { httpGet: { path: "/healthz", port: probePort } } }),
});
const workload = (kind, name, labels, containers, more = {}, apiVersion = "apps/v1") => ({
  apiVersion,
  kind,
  metadata: meta(name, labels),
  spec: { ...more, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
});
const custom = (apiVersion, kind, name, spec, metadata = {}) => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  spec,
});
const web = (name, more = {}) => [
  service(name, { app: name }, [port("http", 80, "http")], more),
  workload(
    "Deployment",
    name,
    { app: name },
    [container(name, `example.org/${name}:1.0`, [{ name: "http", containerPort: 8080 }], "http")],
    { replicas: 2 },
  ),
];
const chart = (name, version) => ({
  "helm.sh/chart": `${name}-${version}`,
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": "demo",
  "app.kubernetes.io/managed-by": "Helm",
});

/** Pods are made by an operator: the input holds the custom resource and the Service alone. */
const operators = {
  "prometheus-operator": [
    custom("monitoring.coreos.com/v1", "Prometheus", "k8s", { replicas: 2, serviceMonitorSelector: {} }),
    service(
      "prometheus-k8s",
      { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "k8s" },
      [port("web", 9090, "web"), port("reloader-web", 8080, "reloader-web")],
      { sessionAffinity: "ClientIP" },
    ),
  ],
  alertmanager: [
    custom("monitoring.coreos.com/v1", "Alertmanager", "main", { replicas: 3 }),
    service("alertmanager-main", { alertmanager: "main", "app.kubernetes.io/name": "alertmanager" }, [
      port("web", 9093, "web"),
    ]),
  ],
  "strimzi-kafka": [
    custom("kafka.strimzi.io/v1beta2", "Kafka", "events", {
      kafka: { listeners: [{ name: "plain", port: 9092, type: "internal", tls: false }] },
    }),
    service(
      "events-kafka-external",
      { "strimzi.io/cluster": "events", "strimzi.io/kind": "Kafka", "strimzi.io/name": "events-kafka" },
      [port("tcp-external", 9094, 9094)],
      { type: "NodePort" },
    ),
  ],
  "zalando-postgres": [
    custom("acid.zalan.do/v1", "postgresql", "acid-orders", { teamId: "acid", numberOfInstances: 2 }),
    service("orders-replicas", { application: "spilo", "cluster-name": "acid-orders", "spilo-role": "replica" }, [
      port("postgresql", 5432, 5432),
    ]),
  ],
  "crunchy-postgres": [
    custom("postgres-operator.crunchydata.com/v1beta1", "PostgresCluster", "hippo", { postgresVersion: 16 }),
    service(
      "hippo-reader",
      { "postgres-operator.crunchydata.com/cluster": "hippo", "postgres-operator.crunchydata.com/role": "replica" },
      [port("postgres", 5432, "postgres")],
    ),
  ],
  cloudnativepg: [
    custom("postgresql.cnpg.io/v1", "Cluster", "pg", { instances: 3, storage: { size: "1Gi" } }),
    service("pg-external", { "cnpg.io/cluster": "pg", role: "primary" }, [port("postgres", 5432, 5432)], {
      type: "LoadBalancer",
    }),
  ],
  "redis-failover": [
    custom("databases.spotahome.com/v1", "RedisFailover", "cache", {
      sentinel: { replicas: 3 },
      redis: { replicas: 3 },
    }),
    service(
      "cache-master",
      { "redisfailovers.databases.spotahome.com/name": "cache", "redisfailovers-role": "master" },
      [port("redis", 6379, "redis")],
    ),
  ],
  "redis-cluster": [
    custom("redis.redis.opstreelabs.in/v1beta2", "RedisCluster", "sessions", { clusterSize: 3 }),
    service("sessions-entry", { app: "sessions-leader", redis_setup_type: "cluster", role: "leader" }, [
      port("redis", 6379, 6379),
    ]),
  ],
  rabbitmq: [
    custom("rabbitmq.com/v1beta1", "RabbitmqCluster", "queue", { replicas: 3 }),
    service("queue-amqp", { "app.kubernetes.io/name": "queue", "app.kubernetes.io/component": "rabbitmq" }, [
      port("amqp", 5672, 5672),
    ]),
  ],
  elastic: [
    custom("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "logs", {
      version: "8.13.0",
      nodeSets: [{ name: "default", count: 3 }],
    }),
    custom("kibana.k8s.elastic.co/v1", "Kibana", "logs", {
      version: "8.13.0",
      count: 1,
      elasticsearchRef: { name: "logs" },
    }),
    service(
      "logs-data",
      { "elasticsearch.k8s.elastic.co/cluster-name": "logs", "elasticsearch.k8s.elastic.co/node-data": "true" },
      [port("https", 9200, 9200)],
    ),
    service("logs-kibana", { "common.k8s.elastic.co/type": "kibana", "kibana.k8s.elastic.co/name": "logs" }, [
      port("https", 5601, 5601),
    ]),
  ],
  rook: [
    custom("ceph.rook.io/v1", "CephCluster", "rook-ceph", { mon: { count: 3 } }, { namespace: "rook-ceph" }),
    custom(
      "ceph.rook.io/v1",
      "CephObjectStore",
      "store",
      { gateway: { port: 80, instances: 1 } },
      { namespace: "rook-ceph" },
    ),
    service(
      "rook-ceph-mgr-dashboard-external",
      { app: "rook-ceph-mgr", rook_cluster: "rook-ceph" },
      [port("dashboard", 8443, 8443)],
      { type: "NodePort" },
      { namespace: "rook-ceph" },
    ),
    service(
      "rook-ceph-rgw-external",
      { app: "rook-ceph-rgw", rook_cluster: "rook-ceph", rook_object_store: "store" },
      [port("rgw", 80, 8080)],
      { type: "NodePort" },
      { namespace: "rook-ceph" },
    ),
  ],
  "leader-worker-set": [
    custom("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "vllm", {
      replicas: 2,
      leaderWorkerTemplate: {
        size: 2,
        leaderTemplate: {
          metadata: { labels: { role: "leader" } },
          spec: { containers: [container("vllm", "example.org/vllm:1", [{ containerPort: 8080 }], 8080)] },
        },
        workerTemplate: { spec: { containers: [container("vllm", "example.org/vllm:1", [])] } },
      },
    }),
    service("vllm-leader", { "leaderworkerset.sigs.k8s.io/name": "vllm", role: "leader" }, [port("http", 8080, 8080)]),
  ],
  "job-set": [
    custom("jobset.x-k8s.io/v1alpha2", "JobSet", "train", {
      replicatedJobs: [
        {
          name: "driver",
          template: {
            spec: {
              template: {
                spec: { restartPolicy: "Never", containers: [container("driver", "example.org/train:1", [])] },
              },
            },
          },
        },
      ],
    }),
    service(
      "train-driver",
      { "jobset.sigs.k8s.io/jobset-name": "train", "jobset.sigs.k8s.io/replicatedjob-name": "driver" },
      [port("rpc", 3389)],
    ),
  ],
  knative: [
    custom("serving.knative.dev/v1", "Service", "hello", {
      template: { spec: { containers: [{ image: "example.org/hello:1", ports: [{ containerPort: 8080 }] }] } },
    }),
    service("hello-metrics", { "serving.knative.dev/service": "hello" }, [port("http-usermetric", 9091, 9091)]),
  ],
  "argo-rollouts": [
    workload(
      "Rollout",
      "shop",
      { app: "shop" },
      [container("shop", "example.org/shop:2", [{ name: "http", containerPort: 8080 }], "http")],
      {
        replicas: 5,
        strategy: {
          canary: {
            stableService: "shop-stable",
            canaryService: "shop-canary",
            steps: [{ setWeight: 20 }, { pause: {} }],
          },
        },
      },
      "argoproj.io/v1alpha1",
    ),
    service("shop-stable", { app: "shop" }, [port("http", 80, "http")]),
    service("shop-canary", { app: "shop" }, [port("http", 80, "http")]),
  ],
  openkruise: [
    workload(
      "CloneSet",
      "gateway",
      { app: "gateway" },
      [container("gateway", "example.org/gateway:2", [{ name: "http", containerPort: 8080 }], "http")],
      { replicas: 3 },
      "apps.kruise.io/v1alpha1",
    ),
    service("gateway", { app: "gateway" }, [port("http", 80, "http")]),
  ],
  "mongodb-community": [
    custom("mongodbcommunity.mongodb.com/v1", "MongoDBCommunity", "docs", {
      members: 3,
      type: "ReplicaSet",
      version: "6.0.5",
    }),
    service("docs-read", { app: "docs-svc" }, [port("mongodb", 27017, 27017)]),
  ],
  "ray-cluster": [
    custom("ray.io/v1", "RayCluster", "ray", { rayVersion: "2.9.0" }),
    service("ray-dashboard", { "ray.io/cluster": "ray", "ray.io/node-type": "head" }, [port("dashboard", 8265, 8265)]),
  ],
  minio: [
    custom("minio.min.io/v2", "Tenant", "objects", { pools: [{ name: "pool-0", servers: 4, volumesPerServer: 1 }] }),
    service("objects-external", { "v1.min.io/tenant": "objects" }, [port("https-minio", 443, 9000)]),
  ],
  "static-pods": ["kube-scheduler", "kube-controller-manager", "etcd"].map((name, i) =>
    service(
      `${name}-metrics`,
      { component: name, tier: "control-plane" },
      [port("metrics", [10259, 10257, 2381][i], [10259, 10257, 2381][i])],
      { clusterIP: "None" },
      { namespace: "kube-system" },
    ),
  ),
  "istio-gateway": [
    custom("networking.istio.io/v1", "Gateway", "edge", {
      selector: { istio: "ingressgateway" },
      servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }],
    }),
    ...web("bookinfo"),
  ],
  "cert-manager-issuer": [
    custom("cert-manager.io/v1", "Certificate", "site", {
      secretName: "site-tls",
      dnsNames: ["site.example.org"],
      issuerRef: { name: "ca" },
    }),
    ...web("site"),
  ],
  // Two kinds of one operator share a name: the pods are told apart by the labels alone.
  "kube-prometheus-stack": [
    custom("monitoring.coreos.com/v1", "Alertmanager", "stack", { replicas: 1, portName: "http-web" }),
    custom("monitoring.coreos.com/v1", "Prometheus", "stack", { replicas: 1 }),
    service(
      "stack-etcd",
      { component: "etcd" },
      [port("http-metrics", 2381, 2381)],
      { clusterIP: "None" },
      { namespace: "kube-system" },
    ),
    service("stack-prometheus", { "app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": "stack" }, [
      port("http-web", 9090, 9090),
    ]),
    service("stack-alertmanager", { "app.kubernetes.io/name": "alertmanager", alertmanager: "stack" }, [
      port("http-web", 9093, 9093),
    ]),
  ],
  "cloudnativepg-pooler": [
    custom("postgresql.cnpg.io/v1", "Cluster", "orders", { instances: 3 }),
    custom("postgresql.cnpg.io/v1", "Pooler", "orders-pool", { cluster: { name: "orders" }, type: "rw" }),
    service("orders-pool-external", { "cnpg.io/poolerName": "orders-pool" }, [port("postgres", 5432, "pgbouncer")], {
      type: "NodePort",
    }),
  ],
  // Its StatefulSet names a Service that there is not, and nothing asks for its pods by name.
  "argo-cd": [
    service("argocd-metrics", { "app.kubernetes.io/name": "argocd-application-controller" }, [
      port("metrics", 8082, undefined),
    ]),
    workload(
      "StatefulSet",
      "argocd-application-controller",
      { "app.kubernetes.io/name": "argocd-application-controller" },
      [container("argocd-application-controller", "example.org/argocd:3", [{ containerPort: 8082 }], 8082)],
      { replicas: 1, serviceName: "argocd-application-controller" },
    ),
  ],
  // The sidecar injector fills in the container, its probes and its other ports when the pod is made.
  "istio-injected-gateway": [
    service("edge-gateway", { istio: "edge" }, [port("http2", 80, 8080), port("https", 443, 8443)], {
      type: "LoadBalancer",
    }),
    workload("Deployment", "edge-gateway", { istio: "edge", "sidecar.istio.io/inject": "true" }, [
      { name: "istio-proxy", image: "auto" },
    ]),
  ],
  "bookinfo-versions": [
    service("reviews", { app: "reviews" }, [port("http", 9080, undefined)]),
    ...["v1", "v2"].map((version) =>
      workload("Deployment", `reviews-${version}`, { app: "reviews", version }, [
        container("reviews", `example.org/reviews-${version}:1`, [{ containerPort: 9080 }], 9080),
      ]),
    ),
  ],
  "cilium-agents": [
    service("hubble-peer", { "k8s-app": "cilium" }, [port("peer-service", 443, 4244)], {
      internalTrafficPolicy: "Local",
    }),
    {
      ...workload("DaemonSet", "cilium", { "k8s-app": "cilium" }, []),
      spec: {
        selector: { matchLabels: { "k8s-app": "cilium" } },
        template: {
          metadata: { labels: { "k8s-app": "cilium" } },
          spec: {
            hostNetwork: true,
            containers: [
              container("cilium-agent", "example.org/cilium:1", [{ containerPort: 4244, hostPort: 4244 }], 9879),
            ],
          },
        },
      },
    },
  ],
  "metallb-shared-address": [
    custom("metallb.io/v1beta1", "IPAddressPool", "pool", { addresses: ["192.0.2.0/24"] }),
    ...["UDP", "TCP"].map((protocol) =>
      service(
        `dns-${protocol.toLowerCase()}`,
        { app: "dns" },
        [port("dns", 53, 53, { protocol })],
        { type: "LoadBalancer", loadBalancerIP: "192.0.2.53" },
        { annotations: { "metallb.io/allow-shared-ip": "dns" } },
      ),
    ),
    workload("Deployment", "dns", { app: "dns" }, [
      container(
        "dns",
        "example.org/dns:1",
        ["UDP", "TCP"].map((protocol) => ({ name: `dns-${protocol.toLowerCase()}`, containerPort: 53, protocol })),
        8181,
      ),
    ]),
  ],
  "custom-resource-definitions": [
    ...["widgets", "gadgets", "gizmos"].map((plural) => ({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.example.org` },
      spec: {
        group: "example.org",
        names: { kind: plural[0].toUpperCase() + plural.slice(1, -1), plural },
        scope: "Namespaced",
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: {
                    type: "object",
                    properties: { selector: { type: "object" }, ports: { type: "array", items: { type: "integer" } } },
                  },
                },
              },
            },
          },
        ],
      },
    })),
    custom("example.org/v1", "Widget", "one", { selector: { app: "one" } }),
    ...web("widget-controller"),
  ],
};

/** Plain YAML, documents apart, as `kubectl kustomize` prints it: keys sorted, lists at the column of their key. */
const sorted = (objects) =>
  objects.map((object) => dump(object, { sortKeys: true, noArrayIndent: true, lineWidth: -1 })).join("---\n");
/** As `helm template` prints it: a line of dashes and the template's name before each, comments, quoted texts. */
const rendered = (name, objects) =>
  objects
    .map(
      (object) =>
        `---\n# Source: ${name}/templates/${object.kind.toLowerCase()}.yaml\n# ${name} by its chart\n${dump(object, { quotingType: '"', forceQuotes: true, lineWidth: -1 })}`,
    )
    .join("");

const charted = (name, kind, labels, ports, more = {}, extra = []) => {
  const full = { ...chart(name, "1.2.3"), ...labels };
  const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "demo", ...labels };
  const made = workload(
    kind,
    `demo-${name}`,
    selector,
    [
      container(
        name,
        `example.org/${name}:1`,
        ports.map(([portName, , target, protocol]) => ({
          name: portName,
          containerPort: target,
          ...(protocol && { protocol }),
        })),
        ports[0][0],
      ),
    ],
    { replicas: 1, ...(kind === "StatefulSet" && { serviceName: `demo-${name}-headless` }) },
  );
  const of = (serviceName, spec) =>
    service(
      serviceName,
      selector,
      ports.map(([portName, number, , protocol]) => port(portName, number, portName, protocol && { protocol })),
      spec,
      { labels: full },
    );
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: meta(`demo-${name}`, full) },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: meta(`demo-${name}`, full),
      data: { "config.yaml": "listen:\n  - address: 0.0.0.0\n# end\n" },
    },
    of(`demo-${name}`, more),
    ...(kind === "StatefulSet"
      ? [of(`demo-${name}-headless`, { clusterIP: "None", publishNotReadyAddresses: true })]
      : []),
    made,
    ...extra,
  ];
};
const charts = {
  "chart-nginx-ingress": charted(
    "ingress-nginx",
    "Deployment",
    { "app.kubernetes.io/component": "controller" },
    [
      ["http", 80, 80],
      ["https", 443, 443],
    ],
    { type: "LoadBalancer", externalTrafficPolicy: "Local" },
  ),
  "chart-grafana": charted("grafana", "Deployment", {}, [["service", 80, 3000]]),
  "chart-postgresql": charted("postgresql", "StatefulSet", { "app.kubernetes.io/component": "primary" }, [
    ["tcp-postgresql", 5432, 5432],
  ]),
  "chart-redis": charted("redis", "StatefulSet", { "app.kubernetes.io/component": "master" }, [
    ["tcp-redis", 6379, 6379],
  ]),
  "chart-keycloak": charted("keycloak", "StatefulSet", {}, [["http", 80, 8080]]),
  "chart-coredns": charted("coredns", "Deployment", {}, [
    ["udp-53", 53, 53, "UDP"],
    ["tcp-53", 53, 53, "TCP"],
  ]),
  "chart-loki": charted("loki", "StatefulSet", {}, [
    ["http-metrics", 3100, 3100],
    ["grpc", 9095, 9095],
  ]),
  "chart-wordpress": charted(
    "wordpress",
    "Deployment",
    {},
    [
      ["http", 80, 8080],
      ["https", 443, 8443],
    ],
    { type: "LoadBalancer" },
  ),
};
const kustomized = {
  "kustomize-hello": web("hello").map((object) => ({
    ...object,
    metadata: { ...object.metadata, name: `staging-${object.metadata.name}`, namespace: "staging" },
  })),
  "kustomize-config-hash": [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings-5m7h2bk8f9" },
      data: { "a.properties": "x=1\ny=2\n" },
    },
    ...web("configured"),
  ],
};

/** Texts whose style is the point: written as such a tool, or a hurried person, writes them. */
const texts = {
  kompose: `apiVersion: v1
kind: Service
metadata:
  annotations:
    kompose.cmd: kompose convert
    kompose.version: 1.31.2 (HEAD)
  creationTimestamp: null
  labels:
    io.kompose.service: web
  name: web
spec:
  ports:
    - name: "8000"
      port: 8000
      targetPort: 8000
  selector:
    io.kompose.service: web
status:
  loadBalancer: {}

---
apiVersion: apps/v1
kind: Deployment
metadata:
  creationTimestamp: null
  labels:
    io.kompose.service: web
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      io.kompose.service: web
  strategy: {}
  template:
    metadata:
      creationTimestamp: null
      labels:
        io.kompose.service: web
    spec:
      containers:
        - image: example.org/web:1
          name: web
          ports:
            - containerPort: 8000
              protocol: TCP
          readinessProbe: {tcpSocket: {port: 8000}}
          resources: {}
      restartPolicy: Always
status: {}

`,
  "cdk8s-app.k8s": `apiVersion: "v1"
kind: "Service"
metadata:
  name: "chart-service-c8b4e2f0"
spec:
  ports:
    - port: 80
      targetPort: 8080
  selector:
    cdk8s.io/metadata.addr: "chart-deployment-c85a7b6e"
---
apiVersion: "apps/v1"
kind: "Deployment"
metadata:
  name: "chart-deployment-c85a7b6e"
spec:
  selector:
    matchLabels:
      cdk8s.io/metadata.addr: "chart-deployment-c85a7b6e"
  template:
    metadata:
      labels:
        cdk8s.io/metadata.addr: "chart-deployment-c85a7b6e"
    spec:
      containers:
        - image: "example.org/app:1"
          name: "main"
          ports:
            - containerPort: 8080
          readinessProbe:
            failureThreshold: 3
            tcpSocket:
              port: 8080
`,
  anchors: `# One set of labels for all.
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: api, labels: &labels {app: api, tier: "back"}}
  spec:
    selector: *labels
    ports: [
      {name: http, port: 80, targetPort: 8080},
    ]
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: api
    annotations: {
      note: "a long note, \\
        on two lines \\u2013 with \\x41n escape"
    }
  spec:
    selector: {matchLabels: *labels}
    template:
      metadata: {labels: *labels}
      spec:
        containers:
        - &main
          name: api
          image: example.org/api:1
          args:
          - >-
            --listen=:8080
            --verbose
          - |2+
              kept

          ports: [{containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}}
`,
  "flow-at-key-column": `apiVersion: v1
kind: Service
metadata:
  name: flow
spec:
  selector: {
    app: flow
  }
  ports: [
  {
    name: http,
    port: 80,
    targetPort: 8080
  }
  ]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: flow}
spec:
  selector: {matchLabels: {app: flow}}
  template:
    metadata: {labels: {app: flow}}
    spec:
      containers: [{name: flow, image: 'example.org/it''s:1', ports: [{containerPort: 8080}], readinessProbe: {tcpSocket: {port: 8080}}}]
`,
  "helm-get-all": `NAME: shop
LAST DEPLOYED: Mon Jan  5 10:00:00 2026
NAMESPACE: default
STATUS: deployed
REVISION: 3
USER-SUPPLIED VALUES:
replicaCount: 2

COMPUTED VALUES:
image: {repository: example.org/shop}
replicaCount: 2

HOOKS:
---
# Source: shop/templates/tests/test-connection.yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop-test
  annotations: {helm.sh/hook: test}
spec:
  containers: [{name: wget, image: "example.org/wget:1", args: ["shop:80"]}]
  restartPolicy: Never
MANIFEST:
---
# Source: shop/templates/all.yaml
${sorted(web("shop"))}
NOTES:
1. Get the application URL by running these commands:
  export POD_NAME=$(kubectl get pods -l "app=shop" -o jsonpath="{.items[0].metadata.name}")
`,
  "windows-line-ends": sorted(web("windows")).replaceAll("\n", "\r\n"),
  "byte-order-mark": `\ufeff---\n${sorted(web("marked"))}...\n`,
  "comments-everywhere": `# top\n\n---\n# only a comment\n---\n${sorted(web("commented")).replaceAll("spec:\n", "spec: # what it is\n# in the first column\n")}---\n# end\n`,
};
const json = {
  pulumi: web("pulumi").map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      name: "pulumi-7f3a9c1e",
      annotations: { "pulumi.com/autonamed": "true" },
      labels: { "app.kubernetes.io/managed-by": "pulumi" },
    },
  })),
  terraform: web("terraform").map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace: "default", annotations: {}, labels: {} },
  })),
};

rmSync(root, { recursive: true, force: true });
mkdirSync(root, { recursive: true });
const write = (name, text) => writeFileSync(`${root}${name}`, text);
for (const [name, objects] of Object.entries({ ...operators, ...kustomized })) write(`${name}.yaml`, sorted(objects));
for (const [name, objects] of Object.entries(charts))
  write(`${name}.yaml`, rendered(name.slice("chart-".length), objects));
for (const [name, text] of Object.entries(texts)) write(`${name}.yaml`, text);
for (const [name, items] of Object.entries(json))
  write(`${name}.json`, `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2)}\n`);
