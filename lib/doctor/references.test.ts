import { describe, expect, test } from "@jest/globals";
import type { ConfigMap, Workload } from "../kube/types.js";
import { clusterOf, makePod } from "../testing/objects.js";
import { findReferences } from "./references.js";

const configMap = (data: Record<string, string>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c", namespace: "staging" },
  data,
});

const deployment = (container: object): Workload =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "staging" },
    spec: { template: { spec: { containers: [{ name: "c", ...container }] } } },
  }) as Workload;

const found = (...objects: Parameters<typeof clusterOf>[0][number][]) =>
  [...findReferences(clusterOf(objects))].map(({ host, port, form, path }) => [host, port, form, path.join(".")]);

describe("references to services", () => {
  test("in environment values", () => {
    expect(
      found(
        deployment({
          env: [
            { name: "A_URL", value: "http://api:8080/v1" },
            { name: "DB_HOST", value: "db" },
            { name: "MODE", value: "db" },
            { name: "X" },
          ],
        }),
      ),
    ).toEqual([
      ["api", 8080, "url", "spec.template.spec.containers.0.env.0.value"],
      ["db", undefined, "bare", "spec.template.spec.containers.0.env.1.value"],
    ]);
  });

  test("in arguments, with and without the name of a flag", () => {
    expect(
      found(
        deployment({
          command: ["serve"],
          args: ["--redis-addr=redis:6379", "--db-host=db", "--level=info", "http://api"],
        }),
      ),
    ).toEqual([
      ["redis", 6379, "host-port", "spec.template.spec.containers.0.args.0"],
      ["db", undefined, "bare", "spec.template.spec.containers.0.args.1"],
      ["api", undefined, "url", "spec.template.spec.containers.0.args.3"],
    ]);
  });

  test("in ConfigMaps: URLs and lines whose value is a host with its port", () => {
    expect(
      found(
        configMap({
          "app.yaml": "upstream: http://api/v1\nredis: redis:6379\nlevel: info\nratio: 1:2\nips: 10.0.0.1:80\n",
          API_HOST: "api",
        }),
      ),
    ).toEqual([
      ["api", undefined, "url", "data.app.yaml"],
      ["redis", 6379, "host-port", "data.app.yaml"],
      ["api", undefined, "bare", "data.API_HOST"],
    ]);
  });

  test("of pods once for each workload, and not again when the workload is in the input", () => {
    const env = [{ name: "A_URL", value: "http://api" }];
    const owned = (name: string) =>
      makePod(
        name,
        "10.0.0.1",
        { containers: [{ name: "c", env }] },
        {},
        {
          namespace: "staging",
          labels: { "pod-template-hash": "x1" },
          ownerReferences: [{ kind: "ReplicaSet", name: "web-x1", controller: true }],
        },
      );
    expect(found(owned("a"), owned("b"))).toHaveLength(1);
    expect(found(deployment({ env }), owned("a"))).toEqual([
      ["api", undefined, "url", "spec.template.spec.containers.0.env.0.value"],
    ]);
  });

  test("long and hostile texts cost one pass", () => {
    expect(
      found(configMap({ big: "://".repeat(80_000), long: "a".repeat(200_000), quoted: "http://a\u001b[31mb/" })),
    ).toEqual([]);
  });
});
