/** Some Services of a node: what hurts the node as a whole hurts them, too. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { compiledStates } from "../testing/mutations/node-states.js";
import { diffNode } from "./diff-node.js";

/** A line without which no packet gets to a service port. */
const ENTRIES = {
  iptables: /^-A PREROUTING .*-j KUBE-SERVICES\n/m,
  ipvs: /^-[Aa] -[tu] .*\n/gm,
  nftables: /^.*\bservices\b.*ip daddr .* vmap @service-ips\n|^.*vmap @service-ips\n/gm,
} as const;

describe.each(["iptables", "ipvs", "nftables"] as const)("mode %s", (mode) => {
  test("a node on which no service is reached differs for every one of them", async () => {
    const { cluster, wishes, texts } = compiledStates(mode)[0]!;
    const compare = (own: typeof texts, service: string) =>
      diffNode(
        cluster,
        wishes,
        Object.entries(own).map(([name, text]) => sourceFromText(name, text)),
        { service },
      );
    const dead = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, text.replace(ENTRIES[mode], "")]),
    );
    expect(dead).not.toEqual(texts);
    for (const { metadata, spec } of cluster.services) {
      if (!spec.clusterIP || spec.clusterIP === "None") continue;
      const service = `${metadata.namespace}/${metadata.name}`;
      const whole = await compare(texts, service);
      expect([service, whole.report?.identical]).toEqual([service, true]);
      const { report } = await compare(dead, service);
      expect([service, report?.identical]).toEqual([service, false]);
      expect(report?.changes.some(({ severity }) => severity === "error")).toBe(true);
    }
  });
});
