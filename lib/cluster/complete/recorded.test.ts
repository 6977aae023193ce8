/** What kube-proxy was recorded with is right as it is: nothing to refuse, nothing to make up. */
import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../../config/features.js";
import { recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster } from "../../testing/recorded-cluster.js";
import type { KubeObject } from "../../kube/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { findCollisions, validateObject } from "../validate/index.js";
import { completeCluster } from "./index.js";

describe.each([28, 30, 33, 36])("the recorded objects in release 1.%i", (minor) => {
  const features = featuresOf({ minor, text: `1.${minor}` });

  test.each(recordedCases().map(({ name }) => name))("pass every check and need nothing: %s", (name) => {
    const cluster = recordedCluster(name);
    const found: Diagnostic[] = [];
    const lists = [cluster.services, cluster.pods, cluster.nodes, cluster.endpointSlices, cluster.serviceCIDRs];
    for (const object of lists.flat() as KubeObject[])
      expect(validateObject(object, (d) => found.push(d), features)).toBe(true);
    found.push(...findCollisions(cluster.services));
    const completed = completeCluster(cluster, { simulate: true, serviceCIDR: [], features });
    found.push(...completed.diagnostics);
    expect(found.filter(({ code }) => code !== "traffic-distribution-too-new")).toEqual([]);
    expect(completed.cluster.services.some(({ simulated }) => simulated)).toBe(false);
    expect(completed.cluster.pods.map(({ status }) => status)).toEqual(cluster.pods.map(({ status }) => status));
  });
});
