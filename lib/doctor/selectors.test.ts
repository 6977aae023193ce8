/** Services without pods in the input: what is an error, what is not known, and who is named. */
import { describe, expect, test } from "@jest/globals";
import { DEFAULT_PROXY_CONFIG } from "../config/proxy-config.js";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import { CHECKS } from "./checks/index.js";
import { examine } from "./examine.js";

const report = (text: string, ...ids: string[]) =>
  examine(loadCluster([sourceFromText("input.yaml", text)]).cluster, {
    features: featuresOf(NEWEST_VERSION),
    config: DEFAULT_PROXY_CONFIG,
    configGiven: false,
    checks: CHECKS.filter(({ id }) => (ids.length > 0 ? ids : ["selector-matches-nothing"]).includes(id)),
  });

const service = (selector: string, namespace = "shop", name = "web") =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { selector: { ${selector} }, ports: [{ port: 80, targetPort: 8080 }] }\n`;
const workload = (labels: string, name = "app", kind = "Deployment", apiVersion = "apps/v1", image = "web:1") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  selector: { matchLabels: { ${labels} } }\n  template:\n    metadata: { labels: { ${labels} } }\n    spec: { containers: [{ name: c, image: "${image}", ports: [{ containerPort: 8080 }] }] }\n`;
const custom = (apiVersion: string, kind: string, name: string, spec = "{}") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
const pod = (labels: string, status = "status: { phase: Running, podIP: 10.0.0.9 }", extra = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: shop, labels: { ${labels} }${extra} }\nspec: { containers: [{ name: c }] }\n${status}\n`;
const all = (...objects: string[]) => objects.join("---\n");

const OTHER = workload("app: unrelated");

describe("pods that operators make are no finding, and the operator is named", () => {
  test.each([
    ["monitoring.coreos.com/v1", "Prometheus", "k8s", "prometheus: k8s", "Prometheus k8s"],
    [
      "monitoring.coreos.com/v1",
      "Alertmanager",
      "main",
      "app.kubernetes.io/name: alertmanager, alertmanager: main",
      "Alertmanager main",
    ],
    [
      "kafka.strimzi.io/v1beta2",
      "Kafka",
      "bus",
      "strimzi.io/cluster: bus, strimzi.io/kind: Kafka, strimzi.io/name: bus-kafka",
      "Kafka bus",
    ],
    ["postgresql.cnpg.io/v1", "Cluster", "pg", "cnpg.io/cluster: pg, role: primary", "Cluster pg"],
    [
      "acid.zalan.do/v1",
      "postgresql",
      "pg",
      "application: spilo, cluster-name: pg, spilo-role: master",
      "postgresql pg",
    ],
    [
      "databases.spotahome.com/v1",
      "RedisFailover",
      "cache",
      "app.kubernetes.io/name: cache, app.kubernetes.io/component: redis",
      "RedisFailover cache",
    ],
    ["rabbitmq.com/v1beta1", "RabbitmqCluster", "mq", "app.kubernetes.io/name: mq", "RabbitmqCluster mq"],
    [
      "elasticsearch.k8s.elastic.co/v1",
      "Elasticsearch",
      "logs",
      "elasticsearch.k8s.elastic.co/cluster-name: logs, common.k8s.elastic.co/type: elasticsearch",
      "Elasticsearch logs",
    ],
    ["ceph.rook.io/v1", "CephCluster", "rook", "app: rook-ceph-mgr, rook_cluster: shop", "CephCluster rook"],
    [
      "leaderworkerset.x-k8s.io/v1",
      "LeaderWorkerSet",
      "llm",
      "leaderworkerset.sigs.k8s.io/name: llm",
      "LeaderWorkerSet llm",
    ],
    ["jobset.x-k8s.io/v1alpha2", "JobSet", "train", "jobset.sigs.k8s.io/jobset-name: train", "JobSet train"],
    ["serving.knative.dev/v1", "Service", "hello", "serving.knative.dev/service: hello", "Service hello"],
  ])("%s %s", (apiVersion, kind, name, selector, named) => {
    const { findings, notEnoughInput } = report(all(service(selector), OTHER, custom(apiVersion, kind, name)));
    expect(findings).toEqual([]);
    expect(notEnoughInput[0]?.reason).toContain(named);
  });

  test.each([
    [
      [
        custom("monitoring.coreos.com/v1", "Alertmanager", "main"),
        custom("monitoring.coreos.com/v1", "Prometheus", "main"),
      ],
      "app.kubernetes.io/name: prometheus, operator.prometheus.io/name: main",
      "Prometheus main",
    ],
    [
      [custom("ceph.rook.io/v1", "CephCluster", "rook"), custom("ceph.rook.io/v1", "CephObjectStore", "files")],
      "app: rook-ceph-mgr, rook_cluster: rook",
      "CephCluster rook",
    ],
    [
      [custom("postgresql.cnpg.io/v1", "Cluster", "pg"), custom("postgresql.cnpg.io/v1", "Pooler", "pg-pool")],
      "cnpg.io/poolerName: pg-pool",
      "Pooler pg-pool",
    ],
  ])(
    "of several resources of one operator the one that the labels speak of is named: %#",
    (resources, selector, named) => {
      for (const order of [resources, [...resources].reverse()])
        expect(report(all(service(selector), OTHER, ...order)).notEnoughInput[0]?.reason).toContain(`from ${named}`);
    },
  );

  test("known labels are enough without the custom resource", () => {
    const { findings, notEnoughInput } = report(all(service("strimzi.io/cluster: x"), OTHER));
    expect(findings).toEqual([]);
    expect(notEnoughInput[0]?.reason).toContain("Strimzi");
  });

  test("labels anywhere in the spec of a resource nobody knows", () => {
    const spec = "{ shards: [{ podTemplate: { metadata: { labels: { app: webb, tier: x } } } }] }";
    const text = all(service("app: webb"), workload("app: web"), custom("db.example.org/v1", "Store", "s", spec));
    expect(report(text)).toMatchObject({
      findings: [],
      notEnoughInput: [{ reason: expect.stringContaining("Store s") }],
    });
  });

  test("a ServiceMonitor only looks for pods, so it hides no misspelt label", () => {
    const monitor = custom(
      "monitoring.coreos.com/v1",
      "ServiceMonitor",
      "m",
      "{ selector: { matchLabels: { app: webb } } }",
    );
    expect(report(all(service("app: webb"), workload("app: web"), monitor)).findings).toHaveLength(1);
  });
});

test("static pods of the control plane are made by nothing in the input", () => {
  const text = all(service("component: kube-scheduler", "kube-system"), OTHER.replaceAll("shop", "kube-system"));
  expect(report(text)).toMatchObject({
    findings: [],
    notEnoughInput: [{ reason: expect.stringContaining("static pods") }],
  });
});

describe("a workload that is near", () => {
  test.each([
    ["one letter", "app: fronend", "app: frontend"],
    ["another key", "app.kubernetes.io/name: web", "app: web"],
    ["a label more", "app: web, tier: front", "app: web"],
  ])("is an error: %s", (_, selector, labels) => {
    const [finding] = report(all(service(selector), workload(labels))).findings;
    expect(finding).toMatchObject({ severity: "error", change: expect.stringContaining("Deployment app") });
  });

  test.each([
    ["a role that the program sets when it runs", "app: vault, vault-active: 'true'", "app: vault"],
    ["two differences", "app: web, tier: front", "app: wbe, tier: frnt"],
    ["another shard", "app: shard-1", "app: shard-2"],
    ["an ordinal's label", "app: web, statefulset.kubernetes.io/pod-name: web-3", "app: web"],
  ])("is not: %s", (_, selector, labels) => {
    const { findings, notEnoughInput } = report(all(service(selector), workload(labels)));
    expect([findings, notEnoughInput.length]).toEqual([[], 1]);
  });

  test("is not when it has a Service of its own", () => {
    const text = all(
      service("app: redis"),
      service("app: redis-exporter", "shop", "exporter"),
      workload("app: redis-exporter"),
    );
    expect(report(text).findings).toEqual([]);
  });
});

describe("a dump shows the pods themselves", () => {
  test("so that a selector without any is an error", () => {
    expect(report(all(service("app: web"), pod("app: other"))).findings).toMatchObject([{ severity: "error" }]);
  });

  test("and where an operator was to make them, that is said instead of advice on the selector", () => {
    const text = all(
      service("prometheus: k8s"),
      pod("app: other"),
      custom("monitoring.coreos.com/v1", "Prometheus", "k8s"),
    );
    const [finding] = report(text).findings;
    expect(finding?.change).toContain("Prometheus k8s");
    expect(finding?.change).not.toContain("selector");
  });

  test("two Services with one selector are one finding that names both", () => {
    const { findings } = report(
      all(service("app: web"), service("app: web", "shop", "web-headless"), pod("app: other")),
    );
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining("the same holds for Service shop/web-headless"),
    ]);
  });
});

test.each([
  ["argoproj.io/v1alpha1", "Rollout"],
  ["apps.kruise.io/v1alpha1", "CloneSet"],
  ["example.org/v1", "Anything"],
])("a %s %s with a pod template serves a Service as a Deployment does", (apiVersion, kind) => {
  const { findings, notEnoughInput } = report(all(service("app: web"), workload("app: web", "web", kind, apiVersion)));
  expect([findings, notEnoughInput]).toEqual([[], []]);
});

describe("pods of another namespace", () => {
  const ids = ["selector-matches-nothing", "selector-matches-other-namespace"];

  test("are named, once", () => {
    const { findings } = report(all(service("app: web", "default"), workload("app: web")), ...ids);
    expect(findings).toMatchObject([
      { check: ids[1], severity: "warning", message: expect.stringContaining("namespace shop") },
    ]);
  });
});

describe("workloads that differ in version", () => {
  const id = "selector-matches-several-workloads";
  const two = (first: string, second: string) =>
    report(
      all(
        service("app: web"),
        workload(first, "web-a", "Deployment", "apps/v1", "web-a:1"),
        workload(second, "web-b", "Deployment", "apps/v1", "web-b:1"),
      ),
      id,
    ).findings.map(({ severity }) => severity);

  test.each([
    ["app: web, version: v1", "app: web, version: v2"],
    ["app: web, track: stable", "app: web, track: canary"],
    ["app: web, pod: blue", "app: web, pod: green"],
    ["app: web", "app: web, release: canary"],
  ])("are at most a notice: %s and %s", (first, second) => expect(two(first, second)).toEqual(["info"]));

  test.each([
    ["app: web, component: api", "app: web, component: worker"],
    ["app: web, role: db", "app: web, role: cache"],
  ])("stay a warning when they differ otherwise: %s and %s", (first, second) =>
    expect(two(first, second)).toEqual(["warning"]),
  );
});

test("a readiness probe is missed once for a workload, whatever the Services, and any of them may leave it out", () => {
  const text = all(service("app: web"), service("app: web", "shop", "web-2"), workload("app: web"));
  expect(report(text, "no-readiness-probe").findings.map(({ subject }) => subject)).toEqual(["Deployment shop/app"]);
  const annotated = text.replace("name: web,", "name: web, annotations: { svcrules.dev/ignore: no-readiness-probe },");
  expect(report(annotated, "no-readiness-probe")).toMatchObject({ suppressed: [{ by: "annotation" }] });
});

describe("a StatefulSet whose Service is not there", () => {
  const set = workload("app: db", "db", "StatefulSet").replace("spec:\n", "spec:\n  serviceName: db-pods\n");
  const severityOf = (...more: string[]) => {
    const [finding] = report(all(service("app: api"), set, ...more), "statefulset-service-missing").findings;
    return [finding?.severity, finding?.change];
  };

  test("is a notice where nothing asks for its pods by name", () => {
    expect(severityOf()).toEqual(["info", expect.stringContaining("if something asks for the pods by name")]);
  });

  test("is a warning where a program is told the name of a pod", () => {
    const config =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shop }\ndata: { URL: 'http://db-0.db-pods:5432' }\n";
    expect(severityOf(config)[0]).toBe("warning");
  });

  test.each([
    ["a name like it", service("app: other", "shop", "db-pod"), "db-pod"],
    [
      "a headless one that picks the pods",
      service("app: db", "shop", "x").replace("spec: {", "spec: { clusterIP: None,"),
      "x",
    ],
  ])("is a warning that names the one that was meant: %s", (_, other, name) => {
    expect(severityOf(other)).toEqual(["warning", `name ${name}, or add a headless Service db-pods`]);
  });
});

describe("advice on workloads", () => {
  test("a container that a mesh fills in is not asked for a readiness probe", () => {
    const gateway = workload("app: edge", "edge", "Deployment", "apps/v1", "auto");
    expect(report(all(service("app: edge"), gateway), "no-readiness-probe").findings).toEqual([]);
  });

  test("versions of one program are told how connections are shared, not that a pod does not serve them", () => {
    const versions = ["v1", "v2"].map((v) =>
      workload(`app: reviews, version: ${v}`, `reviews-${v}`, "Deployment", "apps/v1", `reviews-${v}:1`),
    );
    const [finding] = report(all(service("app: reviews"), ...versions), "selector-matches-several-workloads").findings;
    expect([finding?.severity, finding?.why]).toEqual([
      "info",
      expect.stringContaining("each pod gets the same share"),
    ]);
  });
});
