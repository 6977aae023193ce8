/** Rules and manifest lines of service ports, as a page shows them beside each other. */
import { expect, test } from "@jest/globals";
import { compileGraphs } from "../api/compile.js";
import { portKey } from "../graph/port-key.js";
import { sourceFromText } from "../source/source.js";

const YAML = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.0.20
  ports:
    - name: http
      port: 80

      targetPort: 8080
    - name: admin
      port: 81
  selector: { app: web }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ name: http, port: 8080 }, { name: admin, port: 8081 }]
endpoints: [{ addresses: [10.244.1.5] }]
`;

const HTTP = portKey("default/web", "http", "TCP");

test.each([
  ["iptables", /^-A KUBE-SERVICES .*10\.96\.0\.20 --dport 80 -j KUBE-SVC-/],
  ["ipvs", /^-A -t 10\.96\.0\.20:80 -s rr\n-a -t 10\.96\.0\.20:80 -r 10\.244\.1\.5:8080 -m -w 1$/],
  ["nftables", /^add element ip kube-proxy service-ips \{ 10\.96\.0\.20 \. tcp \. 80 /],
] as const)("in mode %s each service port has its own rules", async (mode, first) => {
  const { rules } = compileGraphs([sourceFromText("web.yaml", YAML)], { mode });
  const found = await rules();
  expect([...found.keys()].sort()).toEqual([portKey("default/web", "admin", "TCP"), HTTP]);
  const own = found.get(HTTP)!;
  expect(own.rules.find((rule) => first.test(rule))).toBeDefined();
  expect(own.count).toBe(own.rules.length);
  expect(own.rules.filter((rule) => /8081|--dport 81|tcp \. 81/.test(rule))).toEqual([]);
});

test("of a service port with many endpoints the first rules are kept, and counted", async () => {
  const addresses = Array.from({ length: 60 }, (_, i) => `{ addresses: [10.244.1.${i + 1}] }`).join(", ");
  const text = YAML.replace("{ addresses: [10.244.1.5] }", addresses);
  const { rules } = compileGraphs([sourceFromText("web.yaml", text)], { mode: "iptables" });
  const own = (await rules()).get(HTTP)!;
  expect([own.rules.length, own.count > 120]).toEqual([40, true]);
});

const PORTS = [
  { name: "a", port: 80 },
  { name: "b", port: 81 },
];
const SERVICE = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { clusterIP: "10.96.0.20" } };
const JSON_LINES = JSON.stringify({ ...SERVICE, spec: { ...SERVICE.spec, ports: PORTS } }, undefined, 2);

test.each([
  ["web.yaml", YAML, "    - name: http\n      port: 80\n\n      targetPort: 8080"],
  ["web.json", JSON_LINES, '        "name": "a",\n        "port": 80'],
])("the manifest of a service port is its own lines of %s", (name, text, expected) => {
  const { graphs } = compileGraphs([sourceFromText(name, text)], { mode: "iptables" });
  const found = [...graphs!].map(({ manifest }) => manifest?.());
  const line = text.split("\n").indexOf(expected.split("\n")[0]!) + 1;
  expect(found).toContainEqual({ file: name, line, text: expected });
});

test("of a dump in one line the manifest begins at the port", () => {
  const filler = "x".repeat(500);
  const text = JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", annotations: { filler } },
    spec: { clusterIP: "10.96.0.20", ports: [{ port: 80 }] },
  });
  const { graphs } = compileGraphs([sourceFromText("web.json", text)], { mode: "iptables" });
  const [manifest] = [...graphs!].map((graph) => graph.manifest?.());
  expect(manifest?.text).toBe('"port":80');
});
