/** A capture of another node than the one that is asked about is told by its rules and by its name. */
import { expect, test } from "@jest/globals";
import { doctor } from "./doctor.js";
import { explain } from "./explain.js";
import { trace } from "./trace.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sourceFromText, type Source } from "../source/source.js";
import { capturedNodes } from "../testing/captured-nodes.js";

const { manifests, healthy } = capturedNodes().find(({ name }) => name === "nft list")!;
const { text } = healthy["node.txt"]!;
const [shown, bare] = [sourceFromText("nft.txt", text), sourceFromText("worker.txt", "table ip kube-proxy {\n}\n")];
const renamed = (capture: Source, name: string): Source => ({ ...capture, name });

const told = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.flatMap(({ code, severity, message }) =>
    code === "capture-of-another-node" ? `${severity}: ${message.slice(0, 70)}` : [],
  );
const explained = async (capture: Source, node?: string) => {
  const wishes = { captures: [capture], target: "default/web", ...(node !== undefined && { node }) };
  return told((await explain(manifests, wishes)).diagnostics);
};

test("explain warns of rules that another node has, once", async () => {
  const warning = "warning: the capture is of node node-1, and it is read as that of node-2: it sh";
  expect(await explained(shown, "node-2")).toEqual([warning]);
  expect(await explained(renamed(shown, "node-1.txt"), "node-2")).toEqual([warning]);
  expect(await explained(shown, "node-1")).toEqual([]);
  expect(await explained(renamed(shown, "node-1.txt"))).toEqual([]);
});

test("rules say more than a name that looks like another node's", async () => {
  const named = renamed(shown, "cases/node-2-outage/nft.txt");
  expect(await explained(named, "node-1")).toEqual([]);
  const { view, diagnostics } = await explain(manifests, { captures: [named], target: "default/web" });
  expect(told(diagnostics)).toEqual([
    "warning: the capture is named after node node-2, and it is read as that of node",
  ]);
  expect(view).toEqual((await explain(manifests, { captures: [named], target: "default/web", node: "node-1" })).view);
  const packet = { to: "default/web", from: "192.0.2.7" };
  const traced = await trace(manifests, { captures: [named], ...packet });
  expect(told(traced.diagnostics)).toHaveLength(1);
  expect(traced.view).toEqual((await trace(manifests, { captures: [named], ...packet, node: "node-1" })).view);
});

test("and of a name where rules tell no node", async () => {
  const warning = "warning: the capture is named after node node-1, and it is read as that of node";
  expect(await explained(renamed(bare, "node-1.txt"), "node-2")).toEqual([warning]);
  expect(await explained(bare, "node-2")).toEqual([]);
  const { diagnostics } = doctor(manifests, { captures: [renamed(bare, "node-1.txt")], node: "node-2" });
  expect(told(diagnostics)).toEqual([warning.replace("warning", "note")]);
});

test("trace warns, too, also of the node of the pod that sends", async () => {
  const ends = { captures: [shown], to: "default/web", from: "node-2" };
  expect(told((await trace(manifests, { ...ends, node: "node-2" })).diagnostics)).toHaveLength(1);
});
