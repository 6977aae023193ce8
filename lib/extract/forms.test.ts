/** In every form in which people hand a capture on, the extract of a Service has the answers of the whole. */
import { describe, expect, test } from "@jest/globals";
import { diff } from "../api/diff.js";
import { extract } from "../api/extract.js";
import { holdsObjects } from "../node/captures/group-captures.js";
import { readObjects } from "../pipeline/load.js";
import { sourceFromBytes, sourceFromText, type Source } from "../source/source.js";
import { pastedForms, wrappedAt } from "../testing/capture-forms.js";
import { capturedNodes, type CapturedNode, type ToolTexts } from "../testing/captured-nodes.js";
import { sweep } from "../testing/fuzz/runs.js";

const STATES = ["healthy", "drifted"] as const;

async function verdictOf({ options }: CapturedNode, sources: readonly Source[], service: string) {
  const captures = sources.filter((source) => !holdsObjects(source));
  const { report, diagnostics } = await diff(sources.filter(holdsObjects), captures, { ...options, service });
  return {
    changes: report?.changes.map(({ kind, severity, service: of, message }) => `${severity} ${kind} ${of} ${message}`),
    coverage: report && [report.coverage.wanted, report.coverage.compared, report.coverage.notGiven],
    identical: report?.identical,
    errors: [...new Set(diagnostics.flatMap(({ code, severity }) => (severity === "error" ? code : [])))],
  };
}

function capturesIn(texts: ToolTexts, form: string): Source[] {
  return Object.entries(texts).map(([file, { text, command }]) =>
    sourceFromBytes(file, pastedForms(text, command).find(({ name }) => name === form)!.bytes),
  );
}

async function expectAlike(node: CapturedNode, captures: readonly Source[]) {
  const sources = [...node.manifests, ...captures];
  for (const { metadata } of readObjects(node.manifests).cluster.services) {
    const service = `${metadata.namespace ?? "default"}/${metadata.name}`;
    const { files, diagnostics } = await extract(sources, { service, node: node.options.node! });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const made = files.map(({ path, chunks }) => sourceFromText(path, chunks.join("")));
    const [own, whole] = [await verdictOf(node, made, service), await verdictOf(node, sources, service)];
    expect([service, own]).toEqual([service, whole]);
  }
}

describe.each(capturedNodes())("of $name", (node) => {
  const forms = pastedForms("", "").map(({ name }) => name);
  test.each(sweep(forms, 2))("%s", async (form) => {
    for (const state of STATES) await expectAlike(node, capturesIn(node[state], form));
  });

  const others: readonly (readonly [string, (text: string) => string])[] = [
    ["of a narrow terminal", (text) => wrappedAt(text, 80)],
    ["with lines left out", (text) => text.replace("\n", "\n...\n")],
    [
      "that is a refusal",
      () => "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied\n",
    ],
    ["twice", (text) => text + text],
    ["without its last line end", (text) => text.trimEnd()],
  ];
  test.each(sweep(others, 1))("%s", async (_, form) => {
    const captures = Object.entries(node.healthy).map(([file, { text }]) => sourceFromText(file, form(text)));
    await expectAlike(node, captures);
  });
});

const LINKS = Array.from({ length: 200 }, (_, i) => `${i + 2}: veth${i}@if2: <BROADCAST,UP> mtu 1500 state UP\n`).join(
  "",
);

test.each([
  ["breaks off in a line", (text: string) => text.slice(0, text.lastIndexOf("-A") + 20), "capture-incomplete"],
  ["breaks off behind a line", (text: string) => text.replace(/COMMIT\n[^\n]*\n$/, ""), "capture-incomplete"],
  ["is wrapped", (text: string) => wrappedAt(text, 80), "capture-wrapped"],
  ["is whole", (text: string) => text, undefined],
  ["is whole, before much of another tool", (text: string) => text + LINKS, undefined],
  ["breaks off before another tool", (text: string) => text.replace(/COMMIT\n[^\n]*\n$/, LINKS), "capture-incomplete"],
  ["is whole, before a prompt", (text: string) => `${text}root@node-1:~# `, undefined],
])("a capture that %s is told", async (_, form, code) => {
  const { manifests, healthy } = capturedNodes()[0]!;
  const capture = sourceFromText("node.txt", form(healthy["node.txt"]!.text));
  const { diagnostics } = await extract([...manifests, capture], { service: "default/web" });
  const warnings = diagnostics.flatMap((one) => (one.severity === "warning" ? one.code : []));
  expect(warnings).toEqual(code === undefined ? [] : [code]);
});

test("an empty capture stays one, an empty manifest does not become one", async () => {
  const { manifests } = capturedNodes()[0]!;
  const empty = ["node.txt", "other.yaml"].map((file) => sourceFromText(file, ""));
  const { files } = await extract([...manifests, ...empty], { service: "default/web" });
  expect(files.map(({ path }) => path)).toEqual(["objects.json", "node-1/capture-1.txt"]);
});

test("a release that svcrules does not know keeps nobody from an extract", async () => {
  const dump = ["1.20.1", "1.28.0"].map(
    (version, i) => `apiVersion: v1
kind: Node
metadata: { name: node-${i} }
status: { nodeInfo: { kubeletVersion: v${version} } }
---
`,
  );
  const service =
    "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { clusterIP: 10.96.0.9, ports: [{ port: 80 }] }\n";
  const text = dump.join("") + service;
  const { files, diagnostics } = await extract([sourceFromText("dump.yaml", text)], { service: "web" });
  expect(diagnostics).toEqual([]);
  expect(files[0]!.chunks.join("")).toContain("10.96.0.9");
});
