/** What captures hold, told as facts. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { captureCommand, hasPart, type CapturedPart } from "./capture-facts.js";
import { readNode } from "./read-node.js";
import { tellCaptureFacts } from "./tell-capture-facts.js";

async function factsOf(mode: "iptables" | "ipvs" | "nftables", ...texts: string[]) {
  const sources = texts.map((text, i) => sourceFromText(`${i}.txt`, text));
  return tellCaptureFacts(await readNode(mode, sources));
}

const brief = ({ name, family, form }: CapturedPart) => `${name ?? "?"} ${family} ${form}`;

describe("facts of a capture", () => {
  test("a table of iptables-save that breaks off says where", async () => {
    const facts = await factsOf("iptables", "*nat\n:A - [0:0]\n-A A -d 10.0.0.1/32 -j A\n-A A -d 10.0.0.2/32 -");
    expect(facts.parts).toEqual([
      {
        name: "nat",
        family: "IPv4",
        form: "iptables-save",
        at: { file: "0.txt", line: 1 },
        cutAt: { file: "0.txt", line: 4 },
        lacks: [],
      },
    ]);
    expect(facts.problems).toEqual([{ kind: "cut", count: 1, places: [{ file: "0.txt", line: 4 }] }]);
  });

  test("iptables -S without a table is filter, so that nat is missing", async () => {
    const facts = await factsOf(
      "iptables",
      "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -s 10.0.0.1/32 -j DROP\n",
    );
    expect(facts.parts.map(brief)).toEqual(["filter IPv4 iptables-commands"]);
    expect(hasPart(facts, "nat", "IPv4")).toBe(false);
    expect(captureCommand("nat", "IPv4")).toBe("iptables-save");
  });

  test("the listings of IPVS mode are told one by one", async () => {
    const facts = await factsOf(
      "ipvs",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n",
      "create KUBE-CLUSTER-IP hash:ip,port family inet\n",
      "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n",
    );
    expect(facts.parts.map(brief)).toEqual([
      "virtual-servers both ipvsadm-list",
      "sets both ipset-save",
      "addresses both ip-addr",
    ]);
    expect(hasPart(facts, "virtual-servers", "IPv6")).toBe(true);
  });

  test("a table of nft that lacks its closing brace says where", async () => {
    const facts = await factsOf("nftables", "table ip kube-proxy {\n\tchain services {\n\t\tip daddr 10.0.0.1 drop\n");
    expect(facts.parts.map(brief)).toEqual(["kube-proxy IPv4 nft-list"]);
    expect(facts.parts[0]?.cutAt).toEqual({ file: "0.txt", line: 3 });
  });

  test("lines in no known form are counted with their places", async () => {
    const facts = await factsOf("iptables", "*nat\nwhat is this\n:A - [0:0]\nand this\nCOMMIT\n");
    expect(facts.problems).toEqual([
      {
        kind: "unreadable",
        count: 2,
        places: [
          { file: "0.txt", line: 2 },
          { file: "0.txt", line: 4 },
        ],
      },
    ]);
  });
});
