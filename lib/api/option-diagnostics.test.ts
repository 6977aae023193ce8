/** What is said of a question's options, and of what the input leaves open. */
import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sourceFromText, type Source } from "../source/source.js";
import { compile, type CompileOptions } from "./compile.js";
import { endpoints } from "./endpoints.js";
import { explain } from "./explain.js";
import { trace } from "./trace.js";

const node = (name: string) => `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\n`;
const service = (spec: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: d }\nspec: { ${spec}, ports: [{ port: 80 }] }\n`;
const configuration = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n";
const WEB = service("clusterIP: 10.96.0.9, selector: { app: web }");

const source = (...documents: string[]): Source[] => [sourceFromText("all.yaml", documents.join("---\n"))];
const withCode = (diagnostics: readonly Diagnostic[], code: string) => diagnostics.filter((one) => one.code === code);

async function said(code: string, documents: readonly string[], options: CompileOptions = {}) {
  const { diagnostics, text } = await compile(source(...documents), options);
  return { found: withCode(diagnostics, code), hasRules: text !== undefined };
}

describe("compile stops", () => {
  test.each<[code: string, documents: string[], options: CompileOptions, words: RegExp]>([
    ["unsupported-mode", [WEB], { mode: "iptable" as never }, /did you mean iptables/],
    ["unsupported-mode", [WEB], { mode: "userspace" as never }, /was removed/],
    ["bad-set-option", [WEB], { set: ["iptables.masqueradAll=true"] }, /masqueradeAll/],
    ["bad-set-option", [WEB], { set: ["iptables.masqueradeAll=maybe"] }, /maybe/],
    ["nothing-selected", [WEB], { service: "d/wbe" }, /wbe/],
    ["no-services", [node("a")], {}, /holds no Service/],
  ])("with %s, and says what is wrong", async (code, documents, options, words) => {
    const { found, hasRules } = await said(code, documents, options);
    expect(found).toMatchObject([{ severity: "error" }]);
    expect([found[0]!.message, ...(found[0]!.notes ?? [])].join("\n")).toMatch(words);
    expect(hasRules).toBe(false);
  });
});

describe("compile goes on", () => {
  test.each<[code: string, severity: string, documents: string[], options: CompileOptions, words: RegExp]>([
    ["several-proxy-configurations", "warning", [WEB, configuration, configuration], {}, /holds 2 kube-proxy/],
    ["node-chosen", "note", [WEB, node("b"), node("a")], {}, /node "a", the first by name of 2/],
    ["node-without-object", "note", [WEB], { node: "a" }, /of "a" are not known/],
    ["service-without-rules", "note", [service("clusterIP: None")], { service: "d/web" }, /d\/web has no rules/],
  ])("with %s, and says what it took", async (code, severity, documents, options, words) => {
    const { found, hasRules } = await said(code, documents, options);
    expect(found).toMatchObject([{ severity }]);
    expect(found[0]!.message).toMatch(words);
    expect(hasRules).toBe(true);
  });
});

test("endpoints without Nodes are listed, with no-node-objects", () => {
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: d, labels: { app: web } }\nspec: { nodeName: a, containers: [{ name: c, image: i }] }\nstatus: { phase: Running, podIPs: [{ ip: 10.1.0.1 }] }\n";
  const { diagnostics } = endpoints(source(WEB, pod));
  expect(withCode(diagnostics, "no-node-objects")).toMatchObject([{ severity: "note" }]);
  expect(withCode(endpoints(source(WEB, pod, node("a"))).diagnostics, "no-node-objects")).toEqual([]);
});

test("explain and trace of what is not there have no answer, with unknown-target", async () => {
  const explained = await explain(source(WEB), { target: "d/wbe" });
  expect(explained.view).toBeUndefined();
  expect(withCode(explained.diagnostics, "unknown-target")).toMatchObject([{ severity: "error" }]);
  const traced = await trace(source(WEB), { from: "outside", to: "d/wbe:80" });
  expect(withCode(traced.diagnostics, "unknown-target")).toMatchObject([{ severity: "error" }]);
  const captures = [sourceFromText("node.txt", "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n")];
  const byRules = await trace([], { from: "outside", to: "shop/web", captures });
  expect(withCode(byRules.diagnostics, "unknown-target")).toMatchObject([
    { notes: [expect.stringContaining("explain NAMESPACE/SERVICE --on FILE")] },
  ]);
});

test("explain over a capture says what it took from the node, with assumed-from-node", async () => {
  const rules = (await compile(source(WEB), { mode: "iptables", format: "save", kubeVersion: "1.36" })).text!;
  const { diagnostics } = await explain(source(WEB), {
    target: "d/web",
    captures: [sourceFromText("node.txt", rules)],
  });
  expect(withCode(diagnostics, "assumed-from-node").length).toBeGreaterThan(0);
});
