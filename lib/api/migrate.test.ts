/** Upgrades, and what is deprecated in the release that is aimed at. */
import { describe, expect, test } from "@jest/globals";
import { DEPRECATIONS } from "../config/deprecations.js";
import { sourceFromText } from "../source/source.js";
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
