import { describe, expect, test } from "@jest/globals";
import { DEPRECATIONS, deprecationsOf } from "./deprecations.js";
import { featuresOf } from "./features.js";

const of = (minor: number, ...rest: [mode: "iptables" | "ipvs" | "nftables", written: string | undefined]) =>
  deprecationsOf(featuresOf({ minor, text: `1.${minor}` }), ...rest).map(({ id }) => id);

describe("a deprecation is said", () => {
  test("of ipvs mode from the release on that deprecates it, with the releases that turn it off and remove it", () => {
    expect(of(34, "ipvs", "ipvs")).toEqual([]);
    expect(of(35, "ipvs", "ipvs")).toEqual(["ipvs-mode"]);
    expect(DEPRECATIONS["ipvs-mode"].message).toMatch(/since 1\.35.*KubeProxyIPVS.*1\.40.*1\.43/);
    expect(DEPRECATIONS["ipvs-mode"].change).toContain("nftables");
  });

  test("of a configuration without mode from the release on that warns of it", () => {
    expect(of(36, "iptables", "")).toEqual([]);
    expect(of(37, "iptables", "")).toEqual(["default-mode"]);
    expect(DEPRECATIONS["default-mode"].message).toContain("1.40");
  });

  test("of no configuration, and of a mode that stays, never", () => {
    expect(of(37, "iptables", undefined)).toEqual([]);
    expect(of(37, "iptables", "iptables")).toEqual([]);
    expect(of(37, "nftables", "nftables")).toEqual([]);
  });

  test("of userspace mode in every release", () => {
    expect(of(28, "iptables", "userspace")).toEqual(["userspace-mode"]);
  });
});
