import { expect, test } from "@jest/globals";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import type { KubeObject, Service } from "../kube/types.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import { clusterOf, makeNode, makePod, makeService, nodeView } from "../testing/objects.js";
import { endpointsOfPort } from "./endpoints-of-port.js";
import { createEndpointResolver } from "./resolve.js";

const features = featuresOf(NEWEST_VERSION);

test("ten thousand Services with fifteen Pods each all get their own fifteen endpoints", () => {
  const services: Service[] = [];
  const pods: KubeObject[] = [];
  for (let i = 0; i < 10_000; i++) {
    const name = `s${i}`;
    services.push(makeService({ selector: { app: name, tier: "web" } }, { name }));
    for (let k = 0; k < 15; k++)
      pods.push(
        makePod(`${name}-${k}`, `10.${i >> 8}.${i & 255}.${k + 1}`, {}, {}, { labels: { app: name, tier: "web" } }),
      );
  }
  const cluster = clusterOf([...services, ...pods, makeNode("node-1")]);
  const resolve = createEndpointResolver(cluster, features);
  let total = 0;
  for (const service of cluster.services) {
    const [port] = buildServicePorts(service, "IPv4", features);
    const found = endpointsOfPort(resolve(service).slices, port!, nodeView(), features);
    expect(found.length).toBe(15);
    total += found.length;
  }
  expect(total).toBe(150_000);
});
