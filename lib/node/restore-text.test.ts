import { describe, expect, test } from "@jest/globals";
import { compile } from "../api/compile.js";
import { diff } from "../api/diff.js";
import { sourceFromText } from "../source/source.js";

const item = (name: string, ip: string, endpoint: string) => `
- {apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: shop}, spec: {clusterIP: ${ip}, ports: [{port: 80}]}}
- apiVersion: discovery.k8s.io/v1
  kind: EndpointSlice
  metadata: {name: ${name}-1, namespace: shop, labels: {kubernetes.io/service-name: ${name}}}
  addressType: ${ip.includes(":") ? "IPv6" : "IPv4"}
  ports: [{port: 8080}]
  endpoints: [{addresses: ["${endpoint}"]}]`;
const listOf = (...items: string[]) => [
  sourceFromText("dump.yaml", `apiVersion: v1\nkind: List\nitems:${items.join("")}\n`),
];
const IPV4 = listOf(...["1", "2", "3"].map((n) => item(`web-${n}`, `10.96.0.${n}0`, `10.244.0.${n}`)));
const IPV6 = listOf(...["1", "2", "3"].map((n) => item(`web-${n}`, `"fd00::${n}0"`, `fd01::${n}`)));

const captured = (text: string | undefined) => [sourceFromText("node.txt", text!)];

/** A thousand endpoints, with which kube-proxy leaves comments out, so that their chains are alike. */
const LARGE = listOf(
  ...["1", "2", "3"].map((n) => {
    const more = Array.from({ length: 400 }, (_, i) => `{addresses: ["10.24${n}.${i >> 8}.${i & 255 || 1}"]}`);
    return item(`web-${n}`, `10.96.0.${n}0`, `10.250.0.${n}`).replace(
      /endpoints: .*/,
      `endpoints: [${more.join(", ")}]`,
    );
  }),
);

describe("a text for iptables-restore in the place of a capture", () => {
  test.each([
    ["IPv4", IPV4, "ipv4"],
    ["IPv6", IPV6, "ipv6"],
  ] as const)("is told as one, and is of no other cluster: %s", async (_, objects, ipFamily) => {
    const { text } = await compile(objects, { ipFamily });
    const { report, diagnostics, patch } = await diff(objects, captured(text), { ipFamily });
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "capture-is-restore-text", severity: "error", at: { file: "node.txt" } }),
    );
    expect(report?.coverage).toMatchObject({ wanted: 3, compared: 3 });
    // Nothing is said of the jumps, and no patch loads them a second time.
    expect(report).toMatchObject({ changes: [], identical: false });
    expect(report?.coverage.notGiven).toContain("the jumps from built-in chains");
    expect([...patch()]).toEqual([]);
  });

  test.each([
    [
      "that has lost its jumps",
      (save: string) => save.replaceAll(/^-A (?:PREROUTING|OUTPUT|INPUT|FORWARD) .*\n/gm, ""),
    ],
    [
      "of which the lines about kube-proxy are left",
      (save: string) => save.replaceAll(/^(?!.*KUBE-).*\n|^-A (?!KUBE-).*\n/gm, ""),
    ],
  ])("is no save %s", async (_, edit) => {
    const { text } = await compile(IPV4, { format: "save" });
    const { report, diagnostics } = await diff(IPV4, captured(edit(text!)));
    expect(report?.identical).not.toBe(true);
    expect(diagnostics.map(({ code }) => code)).not.toContain("capture-is-restore-text");
  });

  test("of a large cluster has the differences of the capture, at lines of the file", async () => {
    const broken = (text: string) =>
      text.replaceAll(/^-A KUBE-SERVICES .*10\.96\.0\.20.*$/gm, (l) => l.replaceAll("tcp", "udp"));
    const changesOf = async (format: "restore" | "save") => {
      const { text } = await compile(LARGE, { format });
      const { report } = await diff(LARGE, captured(broken(text!)));
      return report!.changes.filter(({ kind }) => kind !== "jump-missing");
    };
    const ofRestore = await changesOf("restore");
    const ofSave = await changesOf("save");
    const told = (changes: typeof ofSave) =>
      changes.map(({ kind, severity, message, expected, actual }) => ({ kind, severity, message, expected, actual }));
    expect(told(ofRestore)).toEqual(told(ofSave));
    const odd = ofRestore.filter(({ kind }) => kind === "unknown-rule");
    expect(odd.length).toBeGreaterThan(0);
    for (const { at } of odd) expect(at).toMatchObject({ file: "node.txt" });
  });
});
