import { describe, expect, test } from "@jest/globals";
import { hostAddresses } from "./index.js";
import { readIPVSCapture } from "./read-capture.js";
import { sourceFromText } from "../../source/source.js";

const read = (...texts: readonly string[]) => readIPVSCapture(texts.map((text, i) => sourceFromText(`${i}.txt`, text)));

describe("files of one node", () => {
  test("of one kind are put together", () => {
    const { capture } = read(
      "-A -t 10.0.0.1:80 -s rr\n",
      "-A -t 10.0.0.2:80 -s rr\n",
      "create A hash:ip family inet\n",
      "create B hash:ip family inet\n",
      "2: kube-ipvs0    inet 10.0.0.1/32 scope global kube-ipvs0\n",
      "2: kube-ipvs0    inet6 fd00::1/128 scope global\n",
    );
    expect(capture.virtualServers).toHaveLength(2);
    expect(capture.sets?.map(({ name }) => name)).toEqual(["A", "B"]);
    expect(capture.interfaces).toMatchObject([{ addresses: [{ address: "10.0.0.1" }, { address: "fd00::1" }] }]);
    expect(capture.tables).toBeUndefined();
  });

  test("that list one thing twice and differently are an error, captures-disagree, and nothing of it is taken", () => {
    const servers = (weight: number) => `-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w ${weight}\n`;
    const twice = read(servers(1), servers(0));
    expect(twice.capture).toMatchObject({ disagreeing: new Set(["virtualServers"]) });
    expect(twice.capture.virtualServers).toBeUndefined();
    expect(twice.diagnostics).toMatchObject([
      { code: "captures-disagree", severity: "error", at: { file: "1.txt", line: 1 } },
    ]);
    const more = `${servers(1)}-A -t 10.0.0.2:80 -s rr\n`;
    expect(read(more, `${more}-A -t 10.0.0.3:80 -s rr\n`).capture.virtualServers).toBeUndefined();
    expect(read(more, servers(1)).capture.disagreeing).toEqual(new Set(["virtualServers"]));
    expect(read(`${more}${servers(1)}`).capture.disagreeing).toEqual(new Set(["virtualServers"]));
    expect(read(`${more}${more}`).capture.virtualServers).toHaveLength(4);
    expect(read(`${more}${servers(0)}`).capture.disagreeing).toEqual(new Set(["virtualServers"]));
    const set = (entry: string) => `create KUBE-CLUSTER-IP hash:ip,port family inet\nadd KUBE-CLUSTER-IP ${entry}\n`;
    expect(read(set("10.0.0.1,tcp:80"), set("10.0.0.2,tcp:80")).capture).toEqual({ disagreeing: new Set(["sets"]) });
    expect(read(set("10.0.0.1,tcp:80"), set("10.0.0.1,tcp:80")).capture.sets).toHaveLength(1);
    const bound = (address: string) => `2: kube-ipvs0    inet ${address}/32 scope global kube-ipvs0\n`;
    expect(read(bound("10.0.0.1"), bound("10.0.0.2")).capture.disagreeing).toEqual(new Set(["interfaces"]));
  });

  test("keep their lines when several listings stand in one", () => {
    const text = "-A -t 10.0.0.1:80 -s rr\n\n*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j RETURN\nCOMMIT\n";
    const { capture, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(capture.tables?.[0]?.chains.get("KUBE-SERVICES")?.lines).toEqual([5]);
  });

  test("may hold what a shell printed in between: it is noted and the rest is read", () => {
    const { capture, diagnostics } = read("root@node:~# ipvsadm-save -n\n-A -t 10.0.0.1:80 -s rr\n");
    expect(capture.virtualServers).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ code: "capture-cleaned", severity: "note", at: { file: "0.txt", line: 1 } }]);
  });

  test("with names for numbers are not taken for a node without virtual servers", () => {
    const { capture, diagnostics } = read("-A -t web:http -s rr\n-a -t web:http -r pod:8080 -m -w 1\n");
    expect(capture.virtualServers).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(["unreadable-line", "unreadable-line"]);
    expect(
      read("IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n").capture
        .virtualServers,
    ).toEqual([]);
  });

  test("that are empty are said to be, since nothing tells what they are of", () => {
    const { capture, diagnostics } = read(" \n");
    expect(capture).toEqual({});
    expect(diagnostics).toMatchObject([{ code: "capture-empty", severity: "warning", at: { file: "0.txt" } }]);
  });

  test("may hold colours", () => {
    const { capture } = read(
      "2: \u001b[36mkube-ipvs0: \u001b[0m<NOARP> mtu 1500\n    inet \u001b[35m10.0.0.1\u001b[0m/32 scope global\n",
    );
    expect(capture.interfaces).toMatchObject([{ name: "kube-ipvs0", addresses: [{ address: "10.0.0.1" }] }]);
  });

  test("tell the host's own addresses when they show all interfaces", () => {
    const lo = "1: lo    inet 127.0.0.1/8 scope host lo\n";
    const eth0 = "2: eth0    inet 192.168.0.11/24 scope global eth0\n";
    const dummy = "3: kube-ipvs0    inet 10.96.0.1/32 scope global kube-ipvs0\n";
    expect(hostAddresses(read(lo + eth0 + dummy).capture.interfaces, "IPv4")).toEqual(["127.0.0.1", "192.168.0.11"]);
    expect(hostAddresses(read(lo + eth0 + dummy).capture.interfaces, "IPv6")).toBeUndefined();
    expect(hostAddresses(read(dummy).capture.interfaces, "IPv4")).toBeUndefined();
    expect(hostAddresses(undefined, "IPv4")).toBeUndefined();
  });
});

describe("a listing of interfaces without addresses", () => {
  const link = (name: string, n: number) =>
    `${n}: ${name}: <UP> mtu 1500 qdisc noop state UP mode DEFAULT group default qlen 1000\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    RX:  bytes packets errors\n             0       0      0 \n`;

  test.each([
    ["ip -s link", link("lo", 1) + link("eth0", 2) + link("kube-ipvs0", 3)],
    ["ip link show kube-ipvs0", link("kube-ipvs0", 3)],
    [
      "ip -j link",
      '[{"ifindex":1,"ifname":"lo","linkmode":"DEFAULT"},{"ifindex":3,"ifname":"kube-ipvs0","linkmode":"DEFAULT"}]',
    ],
  ])("as %s prints it tells of none, and leaves those alone that are known", (_, text) => {
    expect(read(text)).toMatchObject({ capture: {}, diagnostics: [] });
    const address = "3: kube-ipvs0    inet 10.96.0.1/32 scope global kube-ipvs0\n";
    expect(read(address, text).capture.interfaces).toMatchObject([{ addresses: [{ address: "10.96.0.1" }] }]);
  });
});

describe("tables of nft in the file", () => {
  const table = "table ip nat {\n\tchain A {\n\t\tcounter packets 0 bytes 0 jump B\n\t}\n}\n";
  const addresses = "2: kube-ipvs0    inet 10.0.0.1/32 scope global kube-ipvs0\n";
  test.each([
    ["behind a listing", `${addresses}${table}`],
    ["in front of one", `${table}${table}${addresses}`],
    ["behind rules of iptables", `*nat\n:A - [0:0]\nCOMMIT\n${table}${addresses}`],
    ["as JSON", `${addresses}{"nftables": [{"metainfo": {"version": "1.0.6"}}]}\n`],
  ])("are passed over, lines beside them are not: %s", (_, text) => {
    const { capture, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(capture.interfaces).toHaveLength(1);
    expect(read(`${addresses}${table}no line\n`).diagnostics).toMatchObject([{ code: "unreadable-line" }]);
  });
});

describe("ipvsadm -Ln -t ADDRESS", () => {
  const COLUMNS =
    "Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n";
  const server = (port: number) =>
    `TCP  10.96.0.1:${port} rr\n  -> 192.0.2.2:8443               Masq    1      3          0\n`;

  test("lists one virtual server: others are not missing on the node", () => {
    const { capture, diagnostics } = read(COLUMNS + server(443));
    expect(capture.virtualServers).toBeUndefined();
    expect(diagnostics).toEqual([
      expect.objectContaining({ code: "capture-incomplete", message: expect.stringContaining("ipvsadm -Ln -t") }),
    ]);
  });

  test.each([
    ["a version stands above", `IP Virtual Server version 1.2.1 (size=4096)\n${COLUMNS}${server(443)}`],
    ["there are two", COLUMNS + server(443) + server(80)],
    ["the columns have no heading", server(443)],
  ])("which is not told where %s", (_, text) => {
    const { capture, diagnostics } = read(text);
    expect([capture.virtualServers === undefined, diagnostics]).toEqual([false, []]);
  });
});
