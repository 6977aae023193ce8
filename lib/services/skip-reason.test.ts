import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../config/features.js";
import type { Service } from "../kube/types.js";
import { makeService } from "../testing/objects.js";
import { describeSkipReason, findClusterIP, findSkipReason, type SkipReason } from "./skip-reason.js";

const of = (minor: number, watchSelectors = false) => featuresOf({ minor, text: `1.${minor}` }, {}, watchSelectors);

const labelled = (key: string, value: string) => makeService({}, { labels: { [key]: value } });
const OTHER_PROXY = "service.kubernetes.io/service-proxy-name";
const HEADLESS = "service.kubernetes.io/headless";

describe("a Service is skipped", () => {
  test.each<[string, Service, SkipReason]>([
    ["when it is headless", makeService({ clusterIP: "None", clusterIPs: ["None"] }), { kind: "headless" }],
    [
      "when it is an ExternalName, even with a cluster IP",
      makeService({ type: "ExternalName", externalName: "db.example" }),
      { kind: "external-name", externalName: "db.example" },
    ],
    ["when it has no cluster IP", makeService({ clusterIP: "", clusterIPs: [] }), { kind: "no-cluster-ip" }],
    [
      "when its cluster IP is of the other family",
      makeService({ clusterIP: "fd00::1", clusterIPs: ["fd00::1"], ipFamilies: ["IPv6"] }),
      { kind: "other-family", family: "IPv4" },
    ],
    [
      "when the family is listed beyond the cluster IPs",
      makeService({ clusterIP: "fd00::1", clusterIPs: ["fd00::1"], ipFamilies: ["IPv6", "IPv4"] }),
      { kind: "other-family", family: "IPv4" },
    ],
    [
      "when its cluster IP is no address",
      makeService({ clusterIP: "10.0.0", clusterIPs: ["10.0.0"] }),
      { kind: "unreadable-cluster-ip", text: "10.0.0" },
    ],
    ["when it has no ports", makeService({ ports: [] }), { kind: "no-ports" }],
  ])("%s", (_, service, expected) => {
    expect(findSkipReason(service, "IPv4", of(36))).toEqual(expected);
    expect(describeSkipReason(expected)).not.toBe("");
  });

  test("when it is labelled for another proxy and watch selectors count", () => {
    expect(findSkipReason(labelled(OTHER_PROXY, ""), "IPv4", of(36, true))).toEqual({ kind: "other-proxy", proxy: "" });
    expect(findSkipReason(labelled(OTHER_PROXY, "x"), "IPv4", of(28, true))).toEqual({
      kind: "other-proxy",
      proxy: "x",
    });
    expect(findSkipReason(labelled(OTHER_PROXY, "x"), "IPv4", of(28))).toBeUndefined();
    expect(describeSkipReason({ kind: "other-proxy", proxy: "x" })).toContain("another proxy, x");
  });

  test("when it is labelled headless, up to 1.35", () => {
    expect(findSkipReason(labelled(HEADLESS, ""), "IPv4", of(35))).toEqual({ kind: "labelled-headless" });
    expect(findSkipReason(labelled(HEADLESS, ""), "IPv4", of(36))).toBeUndefined();
  });

  test("not for labels that only look like inherited properties", () => {
    expect(findSkipReason(labelled("constructor", "toString"), "IPv4", of(28))).toBeUndefined();
  });
});

describe("the cluster IP of a family", () => {
  const dual = makeService({ clusterIPs: ["10.96.0.10", "fd00::10"], ipFamilies: ["IPv4", "IPv6"] });

  test("stands where the family stands in ipFamilies", () => {
    expect(findClusterIP(dual, "IPv4")).toBe("10.96.0.10");
    expect(findClusterIP(dual, "IPv6")).toBe("fd00::10");
  });

  test("is clusterIP by its own family when there are no ipFamilies", () => {
    const bare = makeService({ ipFamilies: [], clusterIP: "fd00::1", clusterIPs: undefined });
    expect(findClusterIP(bare, "IPv6")).toBe("fd00::1");
    expect(findClusterIP(bare, "IPv4")).toBeUndefined();
  });

  test("is clusterIP when clusterIPs is missing", () => {
    expect(findClusterIP(makeService({ clusterIPs: undefined }), "IPv4")).toBe("10.96.0.10");
  });
});
