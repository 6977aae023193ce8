import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../config/features.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Endpoints, EndpointSlice } from "../kube/types.js";
import { makeService } from "../testing/objects.js";
import { mirrorEndpoints } from "./mirror.js";
import { repackSubsets } from "./repack-subsets.js";

const makeEndpoints = (subsets: Endpoints["subsets"], metadata: Partial<Endpoints["metadata"]> = {}): Endpoints => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "web", namespace: "shop", ...metadata },
  subsets,
});

const service = makeService({ selector: undefined });

const mirror = (endpoints: Endpoints, minor = 36, of = service) =>
  mirrorEndpoints(of, endpoints, featuresOf({ minor, text: `1.${minor}` }));

const summary = (slices: readonly EndpointSlice[]) =>
  slices.map(
    ({ addressType, ports, ...slice }) =>
      `${addressType} ${ports!.map((p) => `${p.name}/${p.protocol}/${p.port}`).join("+") || "no ports"}: ` +
      sliceEndpoints(slice)
        .map((e) => `${e.addresses.join()}${e.conditions!.ready ? "" : "!"}`)
        .join(" "),
  );

const PORT = [{ port: 80 }];

describe("mirrored slices", () => {
  test("hold ready addresses, then those not ready, by family", () => {
    const endpoints = makeEndpoints([
      {
        addresses: [{ ip: "10.0.0.2" }, { ip: "fd00::1" }, { ip: "10.0.0.10" }],
        notReadyAddresses: [{ ip: "10.0.0.1" }],
        ports: [{ name: "http", port: 8080 }],
      },
    ]);
    expect(summary(mirror(endpoints))).toEqual([
      "IPv4 http/TCP/8080: 10.0.0.10 10.0.0.2 10.0.0.1!",
      "IPv6 http/TCP/8080: fd00::1",
    ]);
  });

  test("copy node, host name and target, state ready only, and never give a zone", () => {
    const targetRef = { kind: "Pod", name: "p" };
    const address = { ip: "10.0.0.1", nodeName: "n", hostname: "h", targetRef };
    expect(mirror(makeEndpoints([{ addresses: [address], ports: PORT }]))[0]!.endpoints).toEqual([
      { addresses: ["10.0.0.1"], conditions: { ready: true }, nodeName: "n", hostname: "h", targetRef },
    ]);
  });

  test.each([
    [32, "010.0.0.1"],
    [33, "10.0.0.1"],
  ])("have canonical addresses from 1.33 on (1.%i)", (minor, expected) => {
    const endpoints = makeEndpoints([{ addresses: [{ ip: "010.0.0.1" }], ports: PORT }]);
    expect(sliceEndpoints(mirror(endpoints, minor)[0]!)[0]!.addresses).toEqual([expected]);
  });

  test("stop at 1000 valid addresses of a subset and do not count what is no address", () => {
    const good = Array.from({ length: 1200 }, (_, i) => ({ ip: `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}` }));
    const bad = Array.from({ length: 50 }, (_, i) => ({ ip: `10.0.0.bad-${i}` }));
    const slices = mirror(makeEndpoints([{ addresses: [...bad, ...good], ports: PORT }]));
    expect(slices.map((s) => sliceEndpoints(s).length)).toEqual([1000]);
    const ready = good.slice(0, 990);
    const [slice] = mirror(makeEndpoints([{ addresses: ready, notReadyAddresses: good.slice(990), ports: PORT }]));
    expect(sliceEndpoints(slice!).filter((e) => e.conditions!.ready)).toHaveLength(990);
    expect(slice!.endpoints).toHaveLength(1000);
  });

  test("are none without addresses", () => {
    expect(mirror(makeEndpoints(undefined))).toEqual([]);
    expect(mirror(makeEndpoints([{ ports: PORT }]))).toEqual([]);
  });

  test.each([
    [{ labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } }, 0],
    [{ labels: { "endpointslice.kubernetes.io/skip-mirror": "True" } }, 1],
    [{ annotations: { "control-plane.alpha.kubernetes.io/leader": "" } }, 0],
  ])("of an object with %j are %i", (metadata, count) => {
    expect(mirror(makeEndpoints([{ addresses: [{ ip: "10.0.0.1" }], ports: PORT }], metadata))).toHaveLength(count);
  });

  test("carry the labels of the object and the controller's", () => {
    const [slice] = mirror(makeEndpoints([{ addresses: [{ ip: "10.0.0.1" }] }], { labels: { team: "db" } }));
    expect({ ...slice!.metadata.labels }).toEqual({
      team: "db",
      "kubernetes.io/service-name": "web",
      "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    });
  });

  test("of default/kubernetes are the API server's own slice", () => {
    const metadata = {
      name: "kubernetes",
      namespace: "default",
      labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    };
    const endpoints = makeEndpoints(
      [{ addresses: [{ ip: "192.168.0.100" }], ports: [{ name: "https", port: 6443 }] }],
      metadata,
    );
    const [slice] = mirror(
      endpoints,
      36,
      makeService({ selector: undefined }, { name: "kubernetes", namespace: "default" }),
    );
    expect(slice!.metadata).toMatchObject({
      name: "kubernetes",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    });
    expect(summary([slice!])).toEqual(["IPv4 https/TCP/6443: 192.168.0.100"]);
  });
});

describe("canonical subsets", () => {
  const ports = (endpoints: Endpoints) => repackSubsets(endpoints).map((s) => s.ports.map((p) => p.name).join());

  test("join ports with the same addresses and part those with others", () => {
    const endpoints = makeEndpoints([
      { addresses: [{ ip: "1.1.1.1" }], ports: [{ name: "a", port: 1 }] },
      { addresses: [{ ip: "1.1.1.1" }], ports: [{ name: "b", port: 2 }] },
      { addresses: [{ ip: "1.1.1.2" }], ports: [{ name: "c", port: 3 }] },
      { addresses: [{ ip: "1.1.1.2" }], ports: [{ name: "d", port: 4, appProtocol: "x" }] },
    ]);
    expect(ports(endpoints)).toEqual(["a,b", "c,d"]);
  });

  test("hold an address that is both ready and not ready once, as not ready", () => {
    const endpoints = makeEndpoints([
      { addresses: [{ ip: "1.1.1.1" }], ports: PORT },
      { notReadyAddresses: [{ ip: "1.1.1.1" }], ports: PORT },
    ]);
    expect(repackSubsets(endpoints)).toMatchObject([{ ready: [], notReady: [{ ip: "1.1.1.1" }] }]);
  });

  test("tell addresses apart by the target's uid", () => {
    const address = (uid: string) => ({ ip: "1.1.1.1", targetRef: { uid } });
    const [subset] = repackSubsets(
      makeEndpoints([{ addresses: [address("b"), address("a"), address("b")], ports: PORT }]),
    );
    expect(subset!.ready.map((a) => a.targetRef!.uid)).toEqual(["a", "b"]);
  });

  test("keep addresses without ports to themselves", () => {
    const endpoints = makeEndpoints([
      { addresses: [{ ip: "1.1.1.1" }] },
      { addresses: [{ ip: "1.1.1.1" }], ports: PORT },
    ]);
    expect(ports(endpoints)).toEqual(["", ""]);
    expect(repackSubsets(endpoints).map((s) => s.ports.length)).toEqual([0, 1]);
  });
});
