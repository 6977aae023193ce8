import { describe, expect, test } from "@jest/globals";
import { clusterOf, makePod, makeService } from "../testing/objects.js";
import { findTarget, parseAddress, servicesOfPod } from "./find-target.js";

const services = [makeService(), makeService({}, { namespace: "blog" }), makeService({}, { name: "api" })];
const pod = makePod("api-1", "10.244.1.5");
const cluster = clusterOf([...services, pod]);

test.each([
  ["10.96.0.1:80", { address: "10.96.0.1", port: 80 }],
  ["[fd00::1]:80/udp", { address: "fd00::1", port: 80, protocol: "UDP" }],
  ["tcp 10.96.0.1:80", { address: "10.96.0.1", port: 80, protocol: "TCP" }],
  ["fd00:0::1", { address: "fd00::1" }],
  ["10.96.0.1:0", undefined],
  ["10.96.0.1:65536", undefined],
  ["10.96.0.1:80/icmp", undefined],
  ["web", undefined],
])("the address %s", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

describe("a target is", () => {
  test.each([
    ["shop/web", "service shop/web"],
    ["svc/api", "service shop/api"],
    ["api", "service shop/api"],
    ["pod/api-1", "pod shop/api-1"],
    ["api-1", "pod shop/api-1"],
    ["chain/web", "chain web"],
    ["KUBE-SVC-AAAAAAAAAAAAAAAA", "chain KUBE-SVC-AAAAAAAAAAAAAAAA"],
    ["10.96.0.1", "address 10.96.0.1"],
    ["web", 'not found: several namespaces have a Service "web"'],
  ])("%s", (text, expected) => {
    const found = findTarget(text, cluster);
    const name = ({ metadata }: { metadata: { namespace?: string; name: string } }) =>
      `${metadata.namespace}/${metadata.name}`;
    const words = {
      service: () => ("service" in found ? name(found.service) : ""),
      pod: () => ("pod" in found ? name(found.pod) : ""),
      address: () => ("address" in found ? found.address : ""),
      chain: () => ("name" in found ? found.name : ""),
      "not-found": () => ("message" in found ? found.message : ""),
    }[found.kind]();
    expect(found.kind === "not-found" ? `not found: ${words}` : `${found.kind} ${words}`).toBe(expected);
  });
});

test("a name that is nowhere brings the nearest", () => {
  const found = findTarget("shop/wbe", cluster);
  expect(found.kind).toBe("not-found");
  expect("note" in found && found.note).toContain("shop/web");
});

test("a pod's Services are those of its namespace that select it", () => {
  expect(servicesOfPod(pod, cluster).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
    "shop/api",
    "shop/web",
  ]);
});
