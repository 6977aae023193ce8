import { expect, test } from "@jest/globals";
import { compile, diff, sourceFromText } from "../../lib/index.js";
import { orderDiagnostics } from "../../lib/diagnostics/order.js";
import { printDiagnostic } from "../../lib/diagnostics/print.js";
import { received, sendable } from "./node-result.js";

const OBJECTS = sourceFromText(
  "objects.yaml",
  `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.10, ports: [{port: 80}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}},
 addressType: IPv4, endpoints: [{addresses: ["10.244.1.5"]}], ports: [{name: "", port: 80}]}
`,
);

test.each([
  ["a text for iptables-restore", (text: string) => text, "capture-is-restore-text"],
  ["a line that cannot be read", (text: string) => text.replace("COMMIT", "???\nCOMMIT"), "unreadable-line"],
  ["nothing", () => "", "capture-empty"],
])("what is said of a node passes between threads: %s", async (_, change, code) => {
  const { text } = await compile([OBJECTS], {});
  const capture = sourceFromText("node.txt", change(text!));
  const made = await diff([OBJECTS], [capture]);
  expect(made.diagnostics.map((own) => own.code)).toContain(code);
  const passed = received(structuredClone(sendable(made)), [OBJECTS, capture]);
  const told = ({ diagnostics }: Pick<typeof made, "diagnostics">) =>
    orderDiagnostics(diagnostics).map((own) => printDiagnostic(own));
  expect(told(passed)).toEqual(told(made));
  expect(passed.report).toEqual(made.report);
});
