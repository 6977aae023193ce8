import { describe, expect, test } from "@jest/globals";
import type { Endpoint } from "../../endpoints/types.js";
import { endpointNameBase, serviceNameBase } from "./names.js";

const endpoint = (ip: string, port: number) => ({ ip, port }) as Endpoint;

describe("names are kube-proxy's", () => {
  test.each([
    ["ns1/svc1/tcp/p80", "ULMVA6XW-ns1/svc1/tcp/p80"],
    ["testing/service/tcp/http", "P4ZYZVCF-testing/service/tcp/http"],
    ["default/kubernetes/tcp/https", "2QRHZV4L-default/kubernetes/tcp/https"],
    ["kube-system/kube-dns/udp/dns", "FY5PMXPG-kube-system/kube-dns/udp/dns"],
  ])("for the service port %s", (path, name) => {
    expect(serviceNameBase(path)).toBe(name);
  });

  test("for endpoints of both families", () => {
    expect(endpointNameBase("ns1/svc1/tcp/p80", endpoint("10.180.0.1", 80))).toBe(
      "5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80",
    );
    expect(endpointNameBase("testing/service/tcp/http", endpoint("fd80:abcd:12::a1b2:c3d4:e5f6:9999", 80))).toBe(
      "U7E2ET36-testing/service/tcp/http__fd80.abcd.12..a1b2.c3d4.e5f6.9999/80",
    );
  });

  test("cut to 240 characters, of which the last three are dots", () => {
    const label = "a".repeat(63);
    const path = `${label}/${label}/tcp/${"p".repeat(15)}`;
    expect(serviceNameBase(path)).toHaveLength(9 + path.length);
    const name = endpointNameBase(
      `${label}/${label}${label}/tcp/`,
      endpoint("fd80:abcd:1234:5678:a1b2:c3d4:e5f6:9999", 65535),
    );
    expect(name).toHaveLength(240);
    expect(name.endsWith("...")).toBe(true);
  });
});
