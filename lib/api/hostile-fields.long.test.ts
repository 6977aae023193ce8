/** Every question is answered, or refused with a diagnostic, whatever stands in a field of an object. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { loadAll } from "js-yaml";
import { printDiagnostic } from "../diagnostics/print.js";
import { sourceFromText } from "../source/source.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { compile } from "./compile.js";
import { dns } from "./dns.js";
import { doctor } from "./doctor.js";
import { endpoints } from "./endpoints.js";
import { impact } from "./impact.js";
import { tracer } from "./tracer.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The objects of a folder's manifests. */
function objectsOf(folder: string): unknown[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) => loadAll(readFileSync(`${ROOT}${folder}/${file}`, "utf8")))
    .flatMap((value) => (value as { items?: unknown[] } | null)?.items ?? [value]);
}

const PROXY_CONFIG = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "kube-proxy", namespace: "kube-system" },
  data: { "config.conf": "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n" },
};

const CLUSTERS: readonly unknown[][] = [
  objectsOf("fixtures/shop"),
  [...objectsOf("fixtures/dual-stack"), PROXY_CONFIG],
  objectsOf("fixtures/guestbook"),
  ...["kube-dns", "random-005", "loadbalancer", "session-affinity"].map((name) =>
    objectsOf(`golden/kube-proxy/cases/${name}`),
  ),
  ...["policy-blocks-dns", "statefulset-service-missing", "cluster-dns-without-endpoints", "pods-crash-looping"].map(
    (name) => objectsOf(`fixtures/doctor/${name}`),
  ),
];

/** What breaks code that trusts what it reads. */
const hostile = fc.constantFrom<unknown>(
  { toString: 1 },
  { valueOf: null, toString: {}, toJSON: 1 },
  JSON.parse('{"__proto__": {"name": "x"}}'),
  { constructor: { prototype: 1 }, hasOwnProperty: 0 },
  { length: 1e9, 0: "x", map: 1, then: 1 },
  { "": "", "a/b": ["\u001b[31m"] },
  [[[]]],
  [null, { toString: null }],
  null,
  true,
  -1,
  1e308,
  0.5,
  65536,
  "",
  "\u0000\u001b]0;x\u0007\n",
  "10.0.0.1",
  "::ffff:10.0.0.1",
  "__proto__",
  "NaN",
  "9".repeat(400),
);

/** Each field of the objects as a way through lists and maps. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]));
  return path.length === 0 ? inner : [[...path], ...inner];
}

const PATHS = CLUSTERS.map((objects) => pathsOf(objects));

function withValue(node: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map((item, i) => (String(i) === key ? withValue(item, rest, value) : item));
  return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, k === key ? withValue(v, rest, value) : v]));
}

test("a field that holds anything at all never makes a command fail", async () => {
  const clusters = fc
    .nat(CLUSTERS.length - 1)
    .chain((index) =>
      fc
        .array(fc.tuple(fc.constantFrom(...PATHS[index]!), hostile), { minLength: 1, maxLength: 3 })
        .map((changes) =>
          changes.reduce<unknown>((objects, [path, value]) => withValue(objects, path, value), CLUSTERS[index]),
        ),
    );
  await fc.assert(
    fc.asyncProperty(clusters, fc.constantFrom("iptables", "ipvs", "nftables"), async (items, mode) => {
      const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
      const sources = () => [sourceFromText("input.json", text)];
      const sound = [
        sourceFromText("after.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: CLUSTERS[0] })),
      ];
      const compiled = await compile(sources(), { mode });
      const answers = [
        compiled,
        endpoints(sources()),
        doctor(sources(), { mode }),
        dns(sources()),
        await tracer(sources(), { mode }),
        await impact(sources(), sound, { mode }),
      ];
      for (const { diagnostics } of answers)
        for (const diagnostic of diagnostics) expect(printDiagnostic(diagnostic)).not.toMatch(/[\u0000-\u0009\u001b]/);
      const refused = compiled.diagnostics.some(({ severity }) => severity === "error");
      expect(compiled.text === undefined).toBe(refused);
    }),
    { numRuns: fuzzRuns(300) },
  );
});
