import { expect, test } from "@jest/globals";
import { keptSources, loadKept } from "./kept-input.js";

const service = (port: number) => `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: 10.96.0.20, ports: [{ port: ${port} }] }
`;
const files = (text: string) => [{ name: "web.yaml", text }];

test("the same files are the same sources, read once; other files are others", () => {
  const first = keptSources(files(service(80)));
  const cluster = loadKept(first).cluster;
  const edited = keptSources(files(service(81)));
  expect(loadKept(edited).cluster.services[0]?.spec.ports?.[0]?.port).toBe(81);
  expect(keptSources(files(service(80)))).toBe(first);
  expect(loadKept(first).cluster).toBe(cluster);
  expect(loadKept([...first], { keepValid: true }).cluster).toBe(cluster);
});

test("a refused object is left out only where what is valid is to be kept, and each release checks for itself", () => {
  const sources = keptSources(files(`${service(80)}---\n${service(800000).replace("web", "api")}`));
  const [all, valid] = [loadKept(sources), loadKept(sources, { keepValid: true })];
  expect(all.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
  expect(all).not.toBe(valid);
  expect(loadKept(sources, { keepValid: true })).toBe(valid);
  expect(loadKept(sources, { kubeVersion: "1.30" })).not.toBe(all);
});

test("no more inputs are kept than the one that is edited and the one it is compared with", () => {
  const first = keptSources(files(service(80)));
  keptSources(files(service(81)));
  keptSources(files(service(82)));
  expect(keptSources(files(service(80)))).not.toBe(first);
});
