import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";

const pod = (name: string, ip: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { nodeName: node-1, containers: [{ name: c, image: x, ports: [{ containerPort: 8080 }] }] }
status: { phase: Running, podIP: ${ip}, podIPs: [{ ip: ${ip} }], conditions: [{ type: Ready, status: "True" }] }
---`;
const CLUSTER = `${pod("web", "10.244.1.5")}${pod("db", "10.244.1.6")}
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.20, selector: { app: db }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
`;
const DENY = `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: closed }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: db } } } }
  ingress: [{ action: Deny, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 8080 } } }] }]
`;
const CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: shop }\n";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-trace-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function trace(...policies: string[]): Promise<string> {
  writeFileSync(join(directory, "all.yaml"), [CLUSTER, ...policies].join("\n---\n"));
  const argv = ["trace", "--from", "shop/web", "--to", "shop/db:80", "all.yaml", "-q"];
  return (await runCli(argv, { cwd: directory })).out;
}

describe("trace", () => {
  test("asks cluster-scoped policies, and says which kinds it cannot ask", async () => {
    expect(await trace()).not.toContain("denied");
    const denied = await trace(DENY);
    expect(denied).toContain("denied");
    expect(denied).toContain("ClusterNetworkPolicy closed");
    expect(await trace(CILIUM)).toContain("CiliumNetworkPolicy objects are not evaluated");
  });
});
