/** What the readers of captures tell of broken ones: which table or listing, and where. */
import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sourceFromText } from "../source/source.js";
import { readNode, tellMode, type NodeReading } from "./read-node.js";

async function reading<M extends NodeReading["mode"]>(mode: M, ...texts: string[]) {
  const sources = texts.map((text, i) => sourceFromText(`${i}.txt`, text));
  return (await readNode(mode, sources)) as Extract<NodeReading, { readonly mode: M }>;
}

const placed = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, at }) => [code, at]);

describe("a capture that is read", () => {
  test("says in which line a table of iptables-save breaks off", async () => {
    const { captures } = await reading("iptables", "*nat\n:A - [0:0]\n-A A -d 10.0.0.1/32 -j A\n-A A -d 10.0.0.2/32 -");
    expect(captures.tables).toMatchObject([{ name: "nat", family: "IPv4", form: "save", complete: false }]);
    expect(placed(captures.diagnostics)).toEqual([["capture-incomplete", { file: "0.txt", line: 4 }]]);
  });

  test("is table filter where iptables -S names none", async () => {
    const { captures } = await reading(
      "iptables",
      "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -s 10.0.0.1/32 -j DROP\n",
    );
    expect(captures.tables).toMatchObject([{ name: "filter", family: "IPv4", form: "commands" }]);
  });

  test("tells the listings of IPVS mode one by one", async () => {
    const { listings } = await reading(
      "ipvs",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n",
      "create KUBE-CLUSTER-IP hash:ip,port family inet\n",
      "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n",
    );
    expect(listings.map(({ kind, file }) => [kind, file])).toEqual([
      ["ipvsadm-list", "0.txt"],
      ["ipset-save", "1.txt"],
      ["ip-addr", "2.txt"],
    ]);
  });

  test("says in which line a table of nft lacks its closing brace", async () => {
    const { captures } = await reading(
      "nftables",
      "table ip kube-proxy {\n\tchain services {\n\t\tip daddr 10.0.0.1 drop\n",
    );
    expect(captures[0]?.tables).toMatchObject([{ family: "ip", form: "list", complete: false }]);
    expect(placed(captures[0]!.diagnostics)).toContainEqual(["capture-incomplete", { file: "0.txt", line: 3 }]);
  });

  test("tells each line in no known form", async () => {
    const { captures } = await reading("iptables", "*nat\nwhat is this\n:A - [0:0]\nand this\nCOMMIT\n");
    expect(placed(captures.diagnostics)).toEqual([
      ["unreadable-line", { file: "0.txt", line: 2 }],
      ["unreadable-line", { file: "0.txt", line: 4 }],
    ]);
  });
});

test("an empty listing of virtual servers beside rules is no error, where virtual servers are not the mode's", async () => {
  const rules = sourceFromText("iptables-save.txt", "*nat\n:KUBE-SVC-A - [0:0]\nCOMMIT\n");
  const empty = sourceFromText("ipvsadm-save.txt", "");
  const diagnosticsOf = async (mode: "iptables" | "ipvs") => {
    const read = await readNode(mode, [rules, empty]);
    return read.mode === "ipvs" ? read.capture.virtualServers : read.mode === "iptables" && read.captures.diagnostics;
  };
  expect(await diagnosticsOf("iptables")).toEqual([]);
  expect(await diagnosticsOf("ipvs")).toEqual([]);
});

describe("the mode of a node", () => {
  const table = "table ip kube-proxy {\n\tchain services {\n\t}\n}\n";
  const heading = "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n";

  test.each([
    ["nftables", [heading, table]],
    ["ipvs", [heading]],
    ["ipvs", [`${heading}TCP  10.0.0.1:80 rr\n`, table]],
    ["iptables", [heading, "*nat\n:KUBE-SVC-A - [0:0]\nCOMMIT\n", table]],
  ])("is %s, and none where virtual servers were listed and there is none", async (mode, texts) => {
    const told = await tellMode(texts.map((text, i) => sourceFromText(`${i}.txt`, text)));
    expect(told.mode).toBe(mode);
  });

  test("nftables leaves out what other tools listed beside it", async () => {
    const listing = "Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\n";
    const { captures } = await reading("nftables", table, listing, "-P INPUT ACCEPT\n", heading);
    expect(captures.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(captures).toHaveLength(1);
  });
});
