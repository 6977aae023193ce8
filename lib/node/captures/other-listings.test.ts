import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { leaveOutOthers } from "./other-listings.js";

const RULES = sourceFromText("rules.txt", "*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n");
const OTHERS: Readonly<Record<string, string>> = {
  "ipvsadm -Lcn":
    "IPVS connection entries\npro expire state source virtual destination\nTCP 14:58  ESTABLISHED 10.0.0.1:5 10.0.0.2:80 10.0.0.3:80\n",
  "ipvsadm -L":
    "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  10.0.0.1:http rr\n  -> web.local:http Masq 1 0 0\n",
  "/proc/net/ip_vs":
    "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A600032:1538 rr \n  -> 0AF4013C:1538      Masq    1      0          0         \nTCP  [fd00:0000:0000:0000:0000:0000:0000:0001]:0050 rr persistent 10800 FFFFFFFF\n",
  "/proc/net/ip_vs_conn":
    "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\nTCP 0AF40105 C350 0A60003C 0050 0AF4013D 1F90 ESTABLISHED     899\nTCP [fd00:0000:0000:0000:0000:0000:0000:0001] C350 [fd00:0000:0000:0000:0000:0000:0000:0002] 0050 [fd00:0000:0000:0000:0000:0000:0000:0003] 1F90 ESTABLISHED     899\n",
  "/proc/net/ip_vs_stats":
    "   Total Incoming Outgoing         Incoming         Outgoing\n   Conns  Packets  Packets            Bytes            Bytes\n       1        2        2               80               80\n\n Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n       0        0        0                0                0\n",
  "/proc/net/ip_tables_names": "nat\nfilter\n",
  pdsh: "node-1: *nat\nnode-2: *nat\nnode-1: COMMIT\nnode-2: COMMIT\n",
  "ansible -o": "node-1 | CHANGED | rc=0 | (stdout) *nat\\n:KUBE-SERVICES - [0:0]\\nCOMMIT\n",
  "nft list tables": "table ip kube-proxy\ntable inet filter\n",
  "ipset list -n": "KUBE-CLUSTER-IP\nKUBE-LOOP-BACK\ncali40all\n",
  "conntrack -L":
    "tcp      6 431 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=4 dport=80 use=1\nconntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.\n",
  "sysctl -a":
    "kernel.hostname = node-1\nkernel.core_pattern = |/bin/x %p\nkernel.domainname = \nnet.ipv4.conf.eth0/100.rp_filter = 1\nsysctl: permission denied on key 'fs.x'\n",
};

test.each(Object.entries(OTHERS))("%s is no capture of rules, an error where it is all there is", (name, text) => {
  const source = sourceFromText("x.txt", text);
  const alone = leaveOutOthers([source]);
  expect(alone).toMatchObject({
    rules: [source],
    told: [{ severity: "error", notes: [expect.stringMatching(/^run: /)] }],
  });
  const { rules, told } = leaveOutOthers([RULES, source]);
  expect(rules).toEqual([RULES]);
  expect(told.map(({ severity }) => severity)).toEqual(
    name === "conntrack -L" || name === "sysctl -a" ? [] : ["warning"],
  );
});

test.each([
  ["beside rules in one file", OTHERS["ipvsadm -Lcn"] + "*nat\nCOMMIT\n"],
  ["with rules below a long one", OTHERS["conntrack -L"]!.repeat(1000) + "*nat\nCOMMIT\n"],
  ["in numbers", OTHERS["ipvsadm -L"]!.replaceAll("http", "80").replace("web.local", "10.0.0.9")],
  [
    "with rates",
    "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port CPS InPPS\n  -> RemoteAddress:Port\nTCP  10.0.0.1:80 0 0\n",
  ],
  ["with one node's name in front of lines", "node-1: *nat\nnode-1: COMMIT\nnode-1: *filter\nnode-1: COMMIT\n"],
  ["of no node", "web-1\nweb-2\n"],
  ["empty", ""],
])("a listing %s is left to its reader", (_, text) => {
  const source = sourceFromText("x.txt", text);
  expect(leaveOutOthers([source, RULES])).toEqual({ rules: [source, RULES], told: [] });
});
