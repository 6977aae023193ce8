/** What compile says of the release, the mode and the gates of a kube-proxy. */
import { describe, expect, test } from "@jest/globals";
import { compile, type CompileOptions } from "../api/compile.js";
import { FIRST_RELEASE } from "../config/feature-rows.js";
import { NEWEST_MINOR } from "../config/kube-version.js";
import { sourceFromText } from "../source/source.js";

const NODE = "apiVersion: v1\nkind: Node\nmetadata: { name: n1 }\n";
const SERVICE =
  "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: d }\nspec: { clusterIP: 10.96.0.9, ports: [{ port: 80 }] }\n";
const CONFIGURATION = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

async function said(configuration: string, options: CompileOptions = {}) {
  const text = [NODE, SERVICE, CONFIGURATION + configuration].join("---\n");
  const { diagnostics, text: rules } = await compile([sourceFromText("all.yaml", text)], {
    kubeVersion: `1.${NEWEST_MINOR}`,
    ...options,
  });
  const of = (code: string) => diagnostics.filter((one) => one.code === code);
  return { of, rules };
}

describe("feature-gate-refused", () => {
  test("is a warning with the right name for a misspelt gate of kube-proxy, and strict gives no rules", async () => {
    const gates = "mode: nftables\nfeatureGates: { KubeProxyNFTablesLocalhostNodePort: true }\n";
    const { of } = await said(gates);
    expect(of("feature-gate-refused")).toMatchObject([
      {
        severity: "warning",
        at: { source: { name: "all.yaml" } },
        notes: ["did you mean KubeProxyNFTablesLocalhostNodePorts?", expect.any(String)],
      },
    ]);
    expect((await said(gates, { strict: true })).rules).toBeUndefined();
  });

  test("is a note for a gate of another component, and strict gives rules", async () => {
    const gates =
      "mode: iptables\nfeatureGates: { InPlacePodVerticalScaling: true, NodeSwap: false, GracefulNodeShutdown: true }\n";
    const { of, rules } = await said(gates, { strict: true });
    expect(of("feature-gate-refused").map(({ severity }) => severity)).toEqual(["note", "note", "note"]);
    expect(rules).toContain("KUBE-SERVICES");
  });

  test("is a warning for a gate that comes with a later release, or is locked to another value", async () => {
    const later = "mode: nftables\nfeatureGates: { KubeProxyNFTablesLocalhostNodePorts: true }\n";
    const before = await said(later, { kubeVersion: `1.${NEWEST_MINOR - 1}` });
    expect(before.of("feature-gate-refused")).toMatchObject([{ severity: "warning" }]);
    expect((await said(later)).of("feature-gate-refused")).toEqual([]);
    const locked = await said("mode: iptables\nfeatureGates: { TopologyAwareHints: false }\n");
    expect(locked.of("feature-gate-refused")[0]?.message).toContain("cannot be changed any more");
  });

  test("is not said of kube-proxy's own gates", async () => {
    const { of } = await said("mode: iptables\nfeatureGates: { AllAlpha: false, NFTablesProxyMode: true }\n");
    expect(of("feature-gate-refused")).toEqual([]);
  });
});

describe("mode-not-set", () => {
  test("is a note for a configuration without mode, and for none that has one or is asked for one", async () => {
    expect((await said("mode: ''\n")).of("mode-not-set")).toMatchObject([{ severity: "note" }]);
    expect((await said("mode: iptables\n")).of("mode-not-set")).toEqual([]);
    expect((await said("mode: ''\n", { mode: "nftables" })).of("mode-not-set")).toEqual([]);
  });
});

describe("ipvs-deprecated", () => {
  test("is a note that names the releases which turn the mode off and remove it", async () => {
    const [note, ...more] = (await said("mode: ipvs\n")).of("ipvs-deprecated");
    expect(more).toEqual([]);
    expect(note).toMatchObject({ severity: "note" });
    expect(note?.message).toMatch(/since 1\.35.*1\.40.*1\.43/);
    expect((await said("mode: ipvs\n", { kubeVersion: "1.34" })).of("ipvs-deprecated")).toEqual([]);
  });
});

describe("a release", () => {
  test("newer than any known is compiled as the newest, with version-newer, and strict gives no rules", async () => {
    const newer = { kubeVersion: `1.${NEWEST_MINOR + 1}` };
    const { of, rules } = await said("mode: iptables\n", newer);
    expect(of("version-newer")).toMatchObject([{ severity: "warning" }]);
    expect(rules).toBe((await said("mode: iptables\n")).rules);
    expect((await said("mode: iptables\n", { ...newer, strict: true })).rules).toBeUndefined();
  });

  test("older than the first known is an error, unsupported-version", async () => {
    const { of, rules } = await said("mode: iptables\n", { kubeVersion: `1.${FIRST_RELEASE.minor - 1}` });
    expect(of("unsupported-version")).toMatchObject([{ severity: "error" }]);
    expect(rules).toBeUndefined();
  });

  test("that nothing tells is the newest, with version-assumed", async () => {
    const { of } = await said("mode: iptables\n", { kubeVersion: undefined });
    expect(of("version-assumed")).toMatchObject([{ severity: "note" }]);
  });
});
