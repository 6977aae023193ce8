/** One object that is refused does not hide the rest: it is listed, the rest is answered, exit 2. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";

const GOOD = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {nodeName: node-1, containers: [{name: web, ports: [{containerPort: 80}]}]}
status: {podIP: 10.244.1.2, podIPs: [{ip: 10.244.1.2}], conditions: [{type: Ready, status: "True"}]}
`;
const BAD = `---
apiVersion: v1
kind: Service
metadata: {name: broken, namespace: shop}
spec: {ports: [{port: 800000}]}
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-partial-"));
  writeFileSync(join(directory, "mixed.yaml"), GOOD + BAD);
  writeFileSync(join(directory, "bad.yaml"), BAD);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("an input with one refused object", () => {
  test.each([
    [["endpoints"], "10.244.1.2"],
    [["explain", "shop/web"], "10.244.1.2:80"],
    [["trace", "--from", "outside", "--to", "shop/web:80"], "10.244.1.2:80"],
    [["dns"], "web.shop.svc.cluster.local"],
    [["doctor"], "error"],
  ])("is answered by %j for what is valid", async (words, shown) => {
    const { code, out, err } = await runCli([...words, "-f", join(directory, "mixed.yaml"), "-q"]);
    expect(code).toBe(2);
    expect(out).toContain(shown);
    expect(out).not.toContain("broken");
    expect(err).toContain("800000");
  });

  test("is refused by compile, whose rules would be those of another cluster", async () => {
    const { code, out } = await runCli(["compile", join(directory, "mixed.yaml"), "-q"]);
    expect([code, out]).toEqual([2, ""]);
  });

  test("and nothing else is an error alone", async () => {
    const { code, out, err } = await runCli(["endpoints", join(directory, "bad.yaml")]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("800000");
  });
});
