import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../cluster/types.js";
import { clusterOf } from "../testing/objects.js";
import { findOtherCluster } from "./find-other-cluster.js";
import { GrowingSet } from "../util/growing-set.js";
import type { ServicesOnNode } from "./services-on-node.js";

const cluster = (...services: readonly (readonly [name: string, ip: string])[]): Cluster =>
  clusterOf(
    services.map(([name, clusterIP]) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: name.split("/")[0]!, name: name.split("/")[1]! },
      spec: { clusterIP, ports: [{ port: 80 }] },
    })),
  );

const KUBERNETES = ["default/kubernetes", "10.96.0.1"] as const;
const INPUT = cluster(KUBERNETES, ["prod/a", "10.96.1.1"], ["prod/b", "10.96.1.2"], ["prod/c", "10.96.1.3"]);

const held = (names: readonly string[] | undefined, addresses: readonly string[] = []): ServicesOnNode => ({
  names: names && new GrowingSet(names),
  addresses: new GrowingSet(addresses),
  isCut: false,
});

describe("a node", () => {
  test.each([
    ["another input's names", held(["x/a", "x/b"]), "none of the 3 services of the input is on this node"],
    [
      "what every cluster has",
      held(["default/kubernetes", "x/a", "x/b"]),
      "and none of its 2 is in the input, but for",
    ],
    ["other addresses", held(undefined, ["10.96.0.1", "10.9.0.1", "10.9.0.2"]), "its 2 addresses with virtual servers"],
    ["the names at other addresses", held(["prod/a", "prod/b", "prod/c"], ["10.9.0.1"]), "none has its cluster IP"],
  ])("that holds %s is of another cluster", (_, services, words) => {
    const found = findOtherCluster(INPUT, services);
    expect(found?.code).toBe("capture-of-another-cluster");
    expect(found?.message).toContain(words);
    expect(found?.message).toMatch(/: another cluster\?$/);
  });

  test.each([
    ["one of the services", held(["prod/a", "x/b"], ["10.96.1.1"])],
    ["one of the addresses", held(undefined, ["10.96.1.1", "10.9.0.1", "10.9.0.2"])],
    ["nothing", held([])],
    ["no virtual server", held(undefined)],
    ["one other service beside what every cluster has", held(["default/kubernetes", "x/a"], ["10.96.0.1"])],
    ["a part of its rules", { ...held(["x/a", "x/b"]), isCut: true }],
  ])("that holds %s is compared", (_, services) => {
    expect(findOtherCluster(INPUT, services)).toBeUndefined();
  });

  test("is compared with an input that asks nothing of it", () => {
    expect(findOtherCluster(cluster(), held(["x/a"]))).toBeUndefined();
  });
});
