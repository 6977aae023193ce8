import { describe, expect, test } from "@jest/globals";
import { diff } from "../../api/diff.js";
import { sourceFromText } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";

const nodes = capturedNodes().filter(({ name }) => ["iptables-save", "nft list"].includes(name));

test("headings between the listings of ipvs mode are no lines of them", async () => {
  const { manifests, options, healthy } = capturedNodes().find(({ name }) => name === "ipvsadm-save")!;
  const sources = Object.entries(healthy).map(([file, { text }]) =>
    sourceFromText(file, `== ${file} ==\n${text}\n--- end ---\n`),
  );
  const { report, diagnostics } = await diff(manifests, sources, options);
  expect(report).toMatchObject({ identical: true, changes: [] });
  expect(diagnostics.map(({ severity }) => severity)).not.toContain("error");
});

test("rules of two modes are said to be there, where one is compared", async () => {
  const [iptables, nft] = nodes.map(({ healthy }) =>
    Object.values(healthy)
      .map(({ text }) => text)
      .join("\n"),
  );
  const { report } = await diff(
    nodes[0]!.manifests,
    [sourceFromText("node.txt", iptables!), sourceFromText("nft.txt", nft!)],
    {},
  );
  expect(report!.assumptions).toContainEqual(
    expect.stringMatching(/^mode iptables, .*rules of mode nftables are there too/),
  );
});

test("a listing of nft in disorder lacks nothing", async () => {
  const { manifests, options, healthy } = nodes.find(({ name }) => name === "nft list")!;
  const sources = Object.entries(healthy).map(([file, { text }]) =>
    sourceFromText(file, text.split("\n").sort().join("\n")),
  );
  const { report } = await diff(manifests, sources, options);
  expect(report).toMatchObject({ identical: false, coverage: { compared: 0 } });
});

test.each(nodes)("what tools of other modes refuse is a note beside a whole capture: $name", async (node) => {
  const { manifests, options, healthy } = node;
  const codes = async (line: string) => {
    const sources = Object.entries(healthy).map(([file, { text }]) => sourceFromText(file, `${text}${line}\n`));
    const { report, diagnostics } = await diff(manifests, sources, options);
    const refused = diagnostics.filter(({ code }) => code === "capture-refused");
    return [report?.identical, refused.map(({ severity }) => severity)];
  };
  expect(await codes("bash: ipvsadm-save: command not found")).toEqual([true, ["note"]]);
  expect(await codes("modprobe: FATAL: Module ip_vs not found in directory /lib/modules/6.8.0")).toEqual([
    true,
    ["note"],
  ]);
  const unloaded =
    "Can't initialize ipvs: Protocol not available\nAre you sure that IP Virtual Server is built in the kernel or as module?";
  expect(await codes(unloaded)).toEqual([true, ["note"]]);
  const own = node.name === "nft list" ? "nft" : "iptables-save";
  expect(await codes(`bash: ${own}: command not found`)).toEqual([true, ["error"]]);
});

describe("an empty file beside a whole capture", () => {
  const toldOf = async (name: string, mode: string) => {
    const { manifests, options, healthy } = capturedNodes().find((node) => node.name === mode)!;
    const files = Object.entries(healthy).map(([file, { text }]) => sourceFromText(file, text));
    const { diagnostics } = await diff(manifests, [...files, sourceFromText(name, "")], options);
    return diagnostics
      .filter(({ code }) => code === "capture-empty")
      .map(({ severity, message }) => `${severity}: ${message}`);
  };

  test.each(["ipset-save.txt", "w1/ipset_-L", "nft-ruleset.txt", "iptables-legacy-save.txt", "ip6tables-save.txt"])(
    "is a note where its name is that of a tool that prints nothing on such a node: %s",
    async (name) => expect(await toldOf(name, "iptables-save")).toEqual(["note: the file is empty"]),
  );

  test.each([
    ["node.txt.old", "iptables-save"],
    ["iptables-save-2.txt", "iptables-save"],
    ["craft.txt", "iptables-save"],
  ])("is an error where it should hold rules, or nothing tells what it should: %s in %s", async (name, mode) => {
    expect(await toldOf(name, mode)).toEqual(["error: the file is empty"]);
  });

  test("is an error where Services have addresses of the family that it is of", async () => {
    const { manifests, options, healthy } = capturedNodes().find((node) => node.name === "iptables-save")!;
    const files = Object.entries(healthy).map(([file, { text }]) => sourceFromText(file, text));
    const service = {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "six", namespace: "prod" } },
      spec: {
        clusterIP: "fd00::1",
        clusterIPs: ["fd00::1"],
        ipFamilies: ["IPv6"],
        ports: [{ port: 80, protocol: "TCP" }],
      },
    };
    const objects = [...manifests, sourceFromText("six.json", JSON.stringify(service))];
    const { diagnostics } = await diff(objects, [...files, sourceFromText("ip6tables-save.txt", "")], options);
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: "capture-empty", severity: "error" }));
  });
});
