/** Operators that make pods from custom resources, and the labels they put on them. Source: each operator's documentation. */

export interface Operator {
  readonly name: string;
  /** API groups of its custom resources; one that starts with a dot stands for every group with that ending. */
  readonly groups: readonly string[];
  /** Prefixes (the part before "/") or whole keys of labels that it alone puts on pods. */
  readonly keys: readonly string[];
  /** Further labels: NAME and NAMESPACE stand for those of the custom resource, "*" for any value. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

const common = (...names: readonly string[]): NonNullable<Operator["labels"]> => ({
  "app.kubernetes.io/name": names,
  "app.kubernetes.io/instance": ["NAME", "NAMESPACE.NAME"],
  "app.kubernetes.io/component": ["*"],
  "app.kubernetes.io/part-of": ["*"],
  "app.kubernetes.io/managed-by": ["*"],
});

export const OPERATORS: readonly Operator[] = [
  {
    name: "Prometheus operator",
    groups: ["monitoring.coreos.com"],
    keys: ["operator.prometheus.io"],
    labels: {
      ...common("prometheus", "alertmanager", "thanos-ruler", "prometheus-agent", "NAME"),
      app: ["prometheus", "alertmanager", "thanos-ruler"],
      prometheus: ["NAME"],
      alertmanager: ["NAME"],
      "thanos-ruler": ["NAME"],
    },
  },
  {
    name: "Strimzi",
    groups: [".strimzi.io"],
    keys: ["strimzi.io"],
    labels: common("kafka", "zookeeper", "kafka-connect", "kafka-bridge", "kafka-mirror-maker-2", "entity-operator"),
  },
  {
    name: "CloudNativePG",
    groups: ["postgresql.cnpg.io"],
    keys: ["cnpg.io"],
    labels: { postgresql: ["NAME"], role: ["primary", "replica"] },
  },
  {
    name: "Zalando's Postgres operator",
    groups: ["acid.zalan.do"],
    keys: ["spilo-role"],
    labels: {
      application: ["spilo", "db-connection-pooler"],
      "cluster-name": ["NAME"],
      "connection-pooler": ["*"],
      team: ["*"],
    },
  },
  {
    name: "Crunchy's Postgres operator",
    groups: ["postgres-operator.crunchydata.com"],
    keys: ["postgres-operator.crunchydata.com"],
  },
  {
    name: "Percona's operators",
    groups: ["pxc.percona.com", "psmdb.percona.com", "pgv2.percona.com", "ps.percona.com"],
    keys: [],
    labels: common("*"),
  },
  {
    name: "Redis operator",
    groups: ["databases.spotahome.com", ".opstreelabs.in", "redis.redis.opstreelabs.in"],
    keys: ["redisfailovers.databases.spotahome.com", "redisfailovers-role", "redis_setup_type"],
    labels: {
      ...common("NAME", "redis"),
      app: ["NAME", "NAME-leader", "NAME-follower", "NAME-sentinel", "NAME-replication"],
      role: ["*"],
    },
  },
  {
    name: "RabbitMQ cluster operator",
    groups: ["rabbitmq.com"],
    keys: ["rabbitmq.com"],
    labels: common("NAME", "rabbitmq"),
  },
  {
    name: "Elastic's operator (ECK)",
    groups: [".k8s.elastic.co"],
    keys: [".k8s.elastic.co"],
  },
  {
    name: "Rook",
    groups: ["ceph.rook.io"],
    keys: [
      "rook_cluster",
      "rook_object_store",
      "rook_file_system",
      "ceph_daemon_type",
      "ceph_daemon_id",
      "ceph.rook.io",
    ],
    labels: {
      app: [
        "rook-ceph-mon",
        "rook-ceph-mgr",
        "rook-ceph-osd",
        "rook-ceph-rgw",
        "rook-ceph-mds",
        "rook-ceph-nfs",
        "rook-ceph-exporter",
      ],
      mgr: ["*"],
      mgr_role: ["*"],
    },
  },
  { name: "LeaderWorkerSet controller", groups: ["leaderworkerset.x-k8s.io"], keys: ["leaderworkerset.sigs.k8s.io"] },
  { name: "JobSet controller", groups: ["jobset.x-k8s.io"], keys: ["jobset.sigs.k8s.io"] },
  { name: "Knative", groups: [".knative.dev"], keys: [".knative.dev"], labels: { app: ["NAME", "NAME-00001"] } },
  { name: "Argo Rollouts", groups: ["argoproj.io"], keys: ["rollouts-pod-template-hash"] },
  { name: "OpenKruise", groups: [".kruise.io"], keys: [".kruise.io"] },
  { name: "MongoDB operator", groups: [".mongodb.com"], keys: [], labels: { app: ["NAME-svc"] } },
  {
    name: "MySQL operator",
    groups: ["mysql.oracle.com", "mysql.presslabs.org"],
    keys: ["mysql.oracle.com", "mysql.presslabs.org"],
    labels: common("mysql", "mysql-innodbcluster", "mysql-router"),
  },
  {
    name: "MariaDB operator",
    groups: ["k8s.mariadb.com"],
    keys: ["k8s.mariadb.com"],
    labels: common("mariadb", "maxscale"),
  },
  { name: "MinIO operator", groups: ["minio.min.io"], keys: [".min.io"] },
  { name: "VictoriaMetrics operator", groups: ["operator.victoriametrics.com"], keys: [], labels: common("*") },
  {
    name: "Grafana operator",
    groups: ["grafana.integreatly.org", "integreatly.org"],
    keys: [],
    labels: { ...common("*"), app: ["NAME", "grafana"] },
  },
  { name: "OpenTelemetry operator", groups: ["opentelemetry.io"], keys: [], labels: common("NAME-collector", "*") },
  { name: "Jaeger operator", groups: ["jaegertracing.io"], keys: [], labels: { ...common("*"), app: ["jaeger"] } },
  {
    name: "Keycloak operator",
    groups: ["k8s.keycloak.org", "keycloak.org"],
    keys: [],
    labels: { ...common("keycloak"), app: ["keycloak"] },
  },
  {
    name: "Scylla operator",
    groups: ["scylla.scylladb.com"],
    keys: ["scylla", "scylla-operator.scylladb.com"],
    labels: { ...common("scylla"), app: ["scylla"] },
  },
  {
    name: "K8ssandra",
    groups: [".k8ssandra.io", "cassandra.datastax.com"],
    keys: ["cassandra.datastax.com", ".k8ssandra.io"],
  },
  {
    name: "ClickHouse operator",
    groups: ["clickhouse.altinity.com", "clickhouse-keeper.altinity.com"],
    keys: [".altinity.com"],
  },
  {
    name: "Flink operator",
    groups: ["flink.apache.org"],
    keys: [],
    labels: { app: ["NAME"], component: ["jobmanager", "taskmanager"], type: ["flink-native-kubernetes"] },
  },
  {
    name: "Spark operator",
    groups: ["sparkoperator.k8s.io", "spark.apache.org"],
    keys: ["sparkoperator.k8s.io", "spark-role", "spark-app-selector", "spark-app-name"],
  },
  { name: "KubeRay", groups: ["ray.io"], keys: ["ray.io"] },
  { name: "Volcano", groups: ["batch.volcano.sh"], keys: ["volcano.sh"] },
  { name: "Kubeflow's training operator", groups: ["kubeflow.org"], keys: [".kubeflow.org", "training.kubeflow.org"] },
  { name: "KubeVirt", groups: ["kubevirt.io"], keys: ["kubevirt.io", ".kubevirt.io"] },
  {
    name: "Gateway controller",
    groups: ["gateway.envoyproxy.io"],
    keys: ["gateway.networking.k8s.io", ".envoyproxy.io"],
  },
  {
    name: "OpenSearch operator",
    groups: ["opensearch.opster.io"],
    keys: ["opster.io"],
    labels: { "opensearch.role": ["*"] },
  },
  { name: "Solr operator", groups: ["solr.apache.org"], keys: ["solr-cloud"], labels: { technology: ["*"] } },
  {
    name: "ZooKeeper operator",
    groups: ["zookeeper.pravega.io"],
    keys: [],
    labels: { app: ["NAME"], kind: ["ZookeeperMember"], release: ["*"] },
  },
  { name: "NATS operator", groups: ["nats.io"], keys: ["nats_cluster"], labels: { app: ["nats"] } },
  {
    name: "etcd operator",
    groups: ["etcd.database.coreos.com", "operator.etcd.io"],
    keys: ["etcd_cluster"],
    labels: { app: ["etcd", "NAME"] },
  },
  { name: "CockroachDB operator", groups: ["crdb.cockroachlabs.com"], keys: [], labels: common("cockroachdb") },
  { name: "YugabyteDB operator", groups: ["yugabyte.com"], keys: ["yugabytedb-uid"] },
  { name: "TiDB operator", groups: ["pingcap.com"], keys: [], labels: common("tidb-cluster") },
];
