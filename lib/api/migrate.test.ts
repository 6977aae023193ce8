/** Upgrades, and what is deprecated in the release that is aimed at. */
import { describe, expect, test } from "@jest/globals";
import { DEPRECATIONS } from "../config/deprecations.js";
import type { ProxyMode } from "../config/proxy-config.js";
import { sourceFromText } from "../source/source.js";
import { recordedCases, readCaseInput } from "../testing/recorded-cases.js";
import { sweep } from "../testing/fuzz/runs.js";
import { migrate } from "./migrate.js";

const OBJECTS =
  "apiVersion: v1\nkind: Node\nmetadata: { name: n1 }\n---\n" +
  "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: d }\nspec: { clusterIP: 10.96.0.9, ports: [{ port: 80 }] }\n---\n" +
  "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

async function upgrade(mode: string) {
  const sources = [sourceFromText("all.yaml", `${OBJECTS}mode: '${mode}'\n`)];
  const { view, diagnostics } = await migrate(sources, { fromVersion: "1.36", toVersion: "1.37" });
  const messages = diagnostics.map(({ message }) => message);
  return { view, messages };
}

describe("an upgrade from 1.36 to 1.37", () => {
  test.each(["iptables", "nftables", "ipvs"])("in mode %s changes no frontend of a plain Service", async (mode) => {
    const { view } = await upgrade(mode);
    expect(view).toMatchObject({
      from: { mode, kubeVersion: "1.36" },
      to: { mode, kubeVersion: "1.37" },
      differs: false,
      changes: [],
      summary: { services: 1 },
    });
  });

  test("of ipvs mode names once the releases that turn it off and remove it", async () => {
    const { messages } = await upgrade("ipvs");
    expect(messages.filter((message) => message === DEPRECATIONS["ipvs-mode"].message)).toHaveLength(1);
  });

  test("of a configuration without mode says once that the default is to change", async () => {
    const { messages } = await upgrade("");
    expect(messages.filter((message) => message === DEPRECATIONS["default-mode"].message)).toHaveLength(1);
  });

  test("of a mode that stays says nothing of deprecations", async () => {
    const { messages } = await upgrade("nftables");
    const words = Object.values(DEPRECATIONS).map(({ message }) => message);
    expect(messages.filter((message) => words.includes(message))).toEqual([]);
  });
});

/** A recorded cluster from one mode and release to another. */
async function between(name: string, from: readonly [ProxyMode, string], to: readonly [ProxyMode, string]) {
  const sources = (["manifests.yaml", "kube-proxy.yaml"] as const).map((file) =>
    sourceFromText(file, readCaseInput(name, file)),
  );
  const [fromMode, fromVersion] = from;
  const [toMode, toVersion] = to;
  const { view } = await migrate(sources, { fromMode, fromVersion, toMode, toVersion });
  return { view: view!, ids: view!.reasons.map(({ id }) => id) };
}

describe("a change of mode", () => {
  test("from iptables to nftables closes node ports on other addresses and loopback", async () => {
    const { view, ids } = await between("nodeport", ["iptables", "1.36"], ["nftables", "1.36"]);
    expect(ids).toEqual(["node-port-addresses", "localhost-node-ports", "unused-ports"]);
    // Of the frontends themselves none changes: what does is beside them.
    expect(view.summary.unchanged).toBe(view.summary.frontends);
    expect(view.summary.kinds).toMatchObject({ lost: 4, refusal: 2, exposed: 0 });
  });

  test("says nothing of node ports where nodePortAddresses already hold them to the primary address", async () => {
    const { ids } = await between("nodeport-addresses-primary", ["iptables", "1.36"], ["nftables", "1.36"]);
    expect(ids).not.toContain("node-port-addresses");
  });

  test("from iptables to IPVS stops dropping under Local policies without local endpoints", async () => {
    const { view, ids } = await between("internal-local", ["iptables", "1.36"], ["ipvs", "1.36"]);
    expect(ids).toContain("local-policy");
    expect(view.changes.some(({ before }) => before === "dropped without an answer")).toBe(true);
  });

  test("from IPVS to nftables keeps affinity across the addresses of a service", async () => {
    const { view, ids } = await between("session-affinity-local", ["ipvs", "1.36"], ["nftables", "1.36"]);
    expect(ids).toContain("session-affinity");
    const [change] = view.changes.filter(({ before }) => before.includes("came to the cluster IP before"));
    expect(change).toMatchObject({
      kind: "identity",
      before: expect.stringContaining("is given any endpoint"),
      after: expect.stringContaining("stays with its endpoint"),
    });
  });

  test("to the same mode and release changes nothing", async () => {
    for (const { name } of sweep(
      recordedCases().filter((one) => !one.name.startsWith("large")),
      8,
    ))
      for (const mode of ["iptables", "nftables"] as const) {
        const { view } = await between(name, [mode, "1.36"], [mode, "1.36"]);
        expect({ name, changes: view.changes, differs: view.differs }).toEqual({ name, changes: [], differs: false });
      }
  });

  test("is asked of an endpoint that is its own client, too", async () => {
    const { view } = await between("both-local", ["iptables", "1.36"], ["ipvs", "1.36"]);
    expect(view.changes.flatMap(({ clients }) => clients)).toContain("endpoint");
  });
});

describe("a change of release", () => {
  test("that learns ipMode leaves load-balancer addresses of mode Proxy to the network", async () => {
    const { ids } = await between("loadbalancer-ipmode-proxy", ["iptables", "1.28"], ["iptables", "1.36"]);
    expect(ids).toContain("frontend-gone");
    const back = await between("loadbalancer-ipmode-proxy", ["iptables", "1.36"], ["iptables", "1.28"]);
    expect(back.ids).toContain("frontend-new");
  });
});

test("what to choose is told by the options of the side it is of", async () => {
  const sources = [sourceFromText("all.yaml", `${OBJECTS}mode: ipvs\n`)];
  const notesOf = async (options: Parameters<typeof migrate>[1]) =>
    (await migrate(sources, options)).diagnostics.flatMap(({ notes = [] }) => notes).filter((n) => /-version/.test(n));
  expect(await notesOf({ toMode: "nftables" })).toEqual(["choose one with --from-version"]);
  expect(await notesOf({ fromVersion: "1.30", toMode: "nftables" })).toEqual(["choose one with --from-version"]);
  expect(await notesOf({ fromMode: "iptables", fromVersion: "1.30", toMode: "nftables" })).toEqual([
    "choose one with --to-version",
  ]);
});
