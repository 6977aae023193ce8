/** A Service that is gone from the cluster, and that a node still serves. */
import { describe, expect, test } from "@jest/globals";
import { compile } from "../api/compile.js";
import { diff } from "../api/diff.js";
import { extract } from "../api/extract.js";
import type { ChangeKind } from "../diff/types.js";
import { holdsObjects } from "../node/captures/group-captures.js";
import { sourceFromText, type Source } from "../source/source.js";

const serviceOf = (name: string, host: number, spec: object = {}) => [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: { clusterIP: `10.96.0.${host}`, selector: { app: name }, ports: [{ name: "http", port: 80 }], ...spec },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints: [{ addresses: [`10.244.1.${host}`], conditions: { ready: true } }],
  },
];
const WEB = serviceOf("web", 60, { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30080 }] });
const LEFT = [...serviceOf("cart", 61), ...serviceOf("db", 62)];
const listOf = (items: readonly object[]) =>
  sourceFromText("objects.json", JSON.stringify({ apiVersion: "v1", kind: "List", items }));

async function captureOf(mode: "iptables" | "nftables" | "ipvs"): Promise<Source> {
  const format = mode === "iptables" ? { format: "save" as const } : {};
  const { text } = await compile([listOf([...WEB, ...LEFT])], { mode, ...format });
  return sourceFromText("rules.txt", text!);
}

async function staleIn(sources: readonly Source[]) {
  const captures = sources.filter((source) => !holdsObjects(source));
  const { report } = await diff(sources.filter(holdsObjects), captures);
  return report!.changes.map(({ kind, service, message, actual }) => ({ kind, service, message, actual }));
}

const written = (files: Awaited<ReturnType<typeof extract>>["files"]) =>
  files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));

describe.each(["iptables", "nftables"] as const)("in mode %s", (mode) => {
  test.each([undefined, "service-port-stale" as ChangeKind])(
    "what the capture has of it is extracted, and diff says the same: %s",
    async (kind) => {
      const sources = [listOf(LEFT), await captureOf(mode)];
      const { files, services, diagnostics } = await extract(sources, {
        service: "shop/web",
        ...(kind && { for: kind }),
      });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(services).toEqual(["shop/web", "shop/cart"]);
      const made = written(files);
      expect(await staleIn(made)).toEqual(await staleIn(sources));
      expect((await staleIn(made)).map((change) => `${change.kind} ${change.service}`)).toEqual([
        "service-port-stale shop/web",
      ]);
      const text = files.map(({ chunks }) => chunks.join("")).join("");
      expect([text.includes("10.244.1.60"), text.includes("10.244.1.62")]).toEqual([true, false]);
    },
  );

  test("one that no rule names is none", async () => {
    const sources = [listOf(LEFT), await captureOf(mode)];
    const { files, diagnostics } = await extract(sources, { service: "shop/we" });
    expect(files).toEqual([]);
    expect(diagnostics[0]?.notes?.join()).toContain("no captured rule names it");
  });
});

test("listings of IPVS name no Service, which is said", async () => {
  const { files, diagnostics } = await extract([listOf(LEFT), await captureOf("ipvs")], { service: "shop/web" });
  expect(files).toEqual([]);
  expect(diagnostics).toMatchObject([{ code: "nothing-selected" }]);
  expect(diagnostics[0]?.notes?.join()).toContain("of IPVS name no Service");
});
